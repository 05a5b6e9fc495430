import type { Check, RunStarted, Table } from '../../scenario/record.ts';
import {
  formatClock,
  formatDate,
  formatDuration,
  formatName,
  formatValue,
  plural,
} from '../format.ts';
import { compare } from '../plain/comparison.ts';
import { lookOf } from '../plain/timeline.ts';
import { verdictText } from '../plain/verdict.ts';
import type { PhaseState, RunState, TimelineEvent } from '../run-state.ts';
import { html, type Markup } from './markup.ts';

/** Figures of the machine that ran it: beside the record, never in it. */
export interface WallFigures {
  readonly wallMs: number;
  readonly peakRssBytes: number;
  /** Version of Node. */
  readonly node: string;
  readonly commit: string;
}

const scrolling = (label: string, table: Markup): Markup =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;

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
    ${state.remarks.map((text) => html`<p class="remark">${text}</p>`)}
  </header>`;
}

/** The phases with their flaws, and their summaries in one table. */
export function comparisonSection(state: RunState): Markup | undefined {
  if (state.phases.length === 0) return undefined;
  const rows = compare(state);
  const title = state.phases.length > 1 ? 'Side by side' : 'What was measured';
  const hasBest = rows.some(({ cells }) => cells.some(({ isBest }) => isBest));
  const table = html`<table class="comparison">
    <thead>
      <tr>
        <th scope="col">Measured</th>
        ${state.phases.map((phase) => html`<th scope="col" class="number">${phase.title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ metric, cells }) =>
          html`<tr>
            <th scope="row">${metric.label}</th>
            ${cells.map(({ value, isBest }) =>
              isBest
                ? html`<td class="number best">
                    <span aria-label="best">★</span> ${formatValue(value, metric.unit)}
                  </td>`
                : html`<td class="number">${formatValue(value, metric.unit)}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<section aria-labelledby="comparison">
    <h2 id="comparison">${title}</h2>
    <ol class="phases">
      ${state.phases.map((phase) => html`<li><strong>${phase.title}.</strong> ${phase.flaw}</li>`)}
    </ol>
    ${rows.length > 0 && scrolling(title, table)}
    ${hasBest && html`<p class="note">★ the best figure of its row</p>`}
  </section>`;
}

function checkRow(check: Check, state: RunState, startsAt: string): Markup {
  const { firstViolation } = check;
  const phase = state.phases.find(({ id }) => id === check.phase)?.title ?? 'The whole run';
  return html`<tr class="${check.ok ? 'good' : 'bad'}">
    <td><span class="badge">${check.ok ? '✓ ok' : '✗ FAILED'}</span></td>
    <td data-label="Check">
      ${check.title}
      ${
        firstViolation !== undefined &&
        html`<br /><small
            >First at ${formatClock(startsAt, firstViolation.atMs)}: ${firstViolation.text}</small
          >`
      }
    </td>
    <td data-label="Phase">${phase}</td>
    <td data-label="Kind">${check.kind}</td>
    <td data-label="Expected">${check.expected}</td>
    <td data-label="Observed">${check.observed}</td>
  </tr>`;
}

/** Every check with what was expected, what was seen, and the first event that broke it. */
export function checksSection(state: RunState, started: RunStarted): Markup | undefined {
  if (state.checks.length === 0) return undefined;
  const headings = ['Result', 'Check', 'Phase', 'Kind', 'Expected', 'Observed'];
  const failed = state.checks.filter(({ ok }) => !ok).length;
  const count = `${plural(state.checks.length, 'check')}, ${failed === 0 ? 'none' : failed} failed`;
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks <small>${count}</small></h2>
    <table class="checks">
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${state.checks.map((check) => checkRow(check, state, started.startsAt))}
      </tbody>
    </table>
  </section>`;
}

/** A table of the record. */
export function tableSection(table: Table, index: number): Markup {
  const id = `table-${index}`;
  const body = html`<table>
    <thead>
      <tr>
        ${table.columns.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${table.rows.map(
        (row) =>
          html`<tr>
            ${table.columns.map(({ name, unit }) => {
              const cell = row[name];
              return html`<td class="number">
                ${typeof cell === 'string' ? cell : formatValue(cell, unit)}
              </td>`;
            })}
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${table.title}</h2>
    ${scrolling(table.title, body)}
    ${table.note !== undefined && html`<p class="note">${table.note}</p>`}
  </section>`;
}

function eventItem(event: TimelineEvent, startsAt: string): Markup {
  const { glyph, word, text } = lookOf(event);
  const values = event.kind === 'signal' ? Object.entries(event.values) : [];
  const figures = values.map(
    ([name, value]) => `${formatName(name)} ${formatValue(value, 'count')}`,
  );
  return html`<li class="event ${word}">
    <time data-at="${event.atMs}">${formatClock(startsAt, event.atMs)}</time>
    <span class="mark">${glyph.trim() === '' ? '' : `${glyph} `}${word}</span>
    <span>${text}${figures.length > 0 && html` <small>${figures.join(', ')}</small>`}</span>
  </li>`;
}

function phaseTimeline(phase: PhaseState, startsAt: string): Markup {
  return html`<div>
    <h3>${phase.title}</h3>
    ${
      phase.events.length === 0
        ? html`<p class="note">Nothing was detected.</p>`
        : html`<ol class="timeline">
            ${phase.events.map((event) => eventItem(event, startsAt))}
          </ol>`
    }
  </div>`;
}

/** What happened when, one list a phase. */
export function timelineSection(state: RunState, started: RunStarted): Markup | undefined {
  if (state.phases.length === 0) return undefined;
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    <div class="columns">
      ${state.phases.map((phase) => phaseTimeline(phase, started.startsAt))}
    </div>
  </section>`;
}
