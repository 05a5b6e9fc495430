import type { RunStarted } from '../../scenario/record.ts';
import { formatClock, formatDate, formatDuration, formatValue } from '../format.ts';
import { verdictText } from '../plain/verdict.ts';
import type { RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';

/** Figures of the machine that ran it: beside the record, never in it. */
export interface WallFigures {
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** Version of Node. */
  readonly node: string;
  readonly commit: string;
}

const fact = (name: string, value: Markup | string): Markup =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

const command = (label: string, text: string): Markup =>
  html`<p class="command">
    <span class="label">${label}</span><code>${text}</code
    ><button type="button" class="copy" data-copy="${text}">Copy</button>
  </p>`;

/** Title, verdict, what ran, and how to run it again. */
export function headerSection(
  state: RunState,
  started: RunStarted,
  wall: WallFigures | undefined,
): Markup {
  const { finished } = state;
  const { startsAt, durationMs } = started;
  const options = Object.entries(started.options);
  const verdict =
    finished === undefined
      ? html`<p class="verdict unknown">The run did not finish: there is no verdict.</p>`
      : html`<p class="verdict ${finished.verdict === 'as-expected' ? 'good' : 'bad'}">
          ${verdictText(finished)}
        </p>`;
  return html`<header>
    <p class="kicker">Firedrill run of ${started.example}, scenario ${started.scenario}</p>
    <h1>${started.title}</h1>
    <p class="lead">${started.scenarioTitle}</p>
    ${verdict}
    <dl class="facts">
      ${fact('Seed', String(started.seed))}
      ${fact(
        'Virtual window',
        `${formatDate(startsAt)} ${formatClock(startsAt, 0)} to ${formatClock(startsAt, durationMs)} UTC`,
      )}
      ${finished !== undefined && fact('Virtual time', formatDuration(finished.virtualMs))}
      ${
        finished !== undefined &&
        fact(
          'Hash of the record',
          html`<code title="${finished.hash}">${finished.hash.slice(0, 16)}</code>`,
        )
      }
      ${
        wall !== undefined &&
        fact(
          'This machine',
          `${formatDuration(wall.wallMs)} of wall time, ${formatValue(wall.peakRssBytes, 'bytes')}, Node ${wall.node}, commit ${wall.commit}`,
        )
      }
      ${
        options.length > 0 &&
        fact('Options', options.map(([name, value]) => `${name}=${value}`).join(', '))
      }
    </dl>
    ${finished !== undefined && command('Replay', finished.replay)}
    ${finished !== undefined && command('Next', finished.next)}
    ${state.remarks.length > 0 && html`<p class="remark">${state.remarks.join(' ')}</p>`}
  </header>`;
}
