import type { RunStarted } from '../../scenario/record.ts';
import { formatClock, formatValue } from '../../scenario/format.ts';
import { lookOf } from '../plain/timeline.ts';
import type { PhaseState, RunState, TimelineEvent } from '../run-state.ts';
import { html, type Markup } from './markup.ts';

function eventItem(event: TimelineEvent, { startsAt, series }: RunStarted): Markup {
  const { glyph, word, text } = lookOf(event);
  const values = event.kind === 'signal' ? Object.entries(event.values) : [];
  // What is drawn has a label and a unit; of the rest the text of the signal says it.
  const figures = values.flatMap(([name, value]) => {
    const known = series.find((one) => one.name === name);
    return known === undefined ? [] : [`${known.label} ${formatValue(value, known.unit)}`];
  });
  return html`<li class="event ${word}" ${event.kind === 'signal' && html` title="${event.name}"`}>
    <time data-at="${event.atMs}">${formatClock(startsAt, event.atMs)}</time>
    <span class="mark">${glyph.trim() === '' ? '' : `${glyph} `}${word}</span>
    <span>${text}${figures.length > 0 && html` <small>${figures.join(', ')}</small>`}</span>
  </li>`;
}

function phaseTimeline(phase: PhaseState, started: RunStarted): Markup {
  return html`<div>
    <h3>${phase.title}</h3>
    ${
      phase.events.length === 0
        ? html`<p class="note">Nothing was detected.</p>`
        : html`<ol class="timeline">
            ${phase.events.map((event) => eventItem(event, started))}
          </ol>`
    }
  </div>`;
}

/** What happened when, one list a phase. */
export function timelineSection(state: RunState, started: RunStarted): Markup | undefined {
  if (state.phases.length === 0) return undefined;
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    <div class="columns">${state.phases.map((phase) => phaseTimeline(phase, started))}</div>
  </section>`;
}
