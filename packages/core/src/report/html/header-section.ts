import type { RunStarted } from '../../scenario/record.ts';
import { formatClock, formatDate, formatDuration, formatValue } from '../../scenario/format.ts';
import { reasonText } from '../plain/verdict.ts';
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

function unfinishedText({ phases }: RunState): string {
  const isJudged = phases.some(({ verdict }) => verdict !== undefined);
  return isJudged
    ? 'The run did not finish: what was to follow the verdict is missing.'
    : 'The run did not finish: there is no verdict.';
}

/** Title, how it ended and why, what ran, and how to run it again. */
export function headerSection(
  state: RunState,
  started: RunStarted,
  wall: WallFigures | undefined,
): Markup {
  const { finished } = state;
  const { startsAt, durationMs } = started;
  const options = Object.entries(started.options);
  const reason =
    finished === undefined
      ? html`<p class="verdict unknown">${unfinishedText(state)}</p>`
      : html`<p class="verdict ${finished.isAsDeclared ? 'good' : 'bad'}">
          ${reasonText(finished)}
        </p>`;
  return html`<header>
    <p class="kicker">Firedrill run of ${started.example}, scenario ${started.scenario}</p>
    <h1>${started.title}</h1>
    <p class="lead">${started.scenarioTitle}</p>
    ${reason}
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
