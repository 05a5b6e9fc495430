import type { Chart, RunStarted } from '../../scenario/record.ts';
import { chartTable } from '../part/run-table.ts';
import type { RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';
import { tableMarkup } from './table-markup.ts';

function chartFigure(state: RunState, chart: Chart): Markup {
  const scale = chart.scale === 'log' ? html` <small>logarithmic</small>` : undefined;
  return html`<figure class="chart" data-chart="${chart.id}">
    <figcaption><h3>${chart.title}${scale}</h3></figcaption>
    <div class="legend" role="group" aria-label="Series of ${chart.title}"></div>
    <div class="plots">
      ${state.phases.map(
        (phase) =>
          html`<div class="panel">
            <div class="caption">
              <p class="phase">${phase.title}</p>
              <output class="readout"></output>
            </div>
            <div
              class="plot"
              data-phase="${phase.index}"
              tabindex="0"
              role="group"
              aria-label="${chart.title}, ${phase.title}. Arrow keys move, plus and minus zoom, 0 resets. The table below has the figures."
            ></div>
          </div>`,
      )}
    </div>
    <details>
      <summary>Figures of ${chart.title}</summary>
      ${scrolling(`Figures of ${chart.title}`, tableMarkup(chartTable(state, chart)))}
    </details>
  </figure>`;
}

/** Places for the charts, which the script fills, each with its figures as a table. */
export function chartsSection(
  state: RunState,
  started: RunStarted,
  stretch: number,
): Markup | undefined {
  const charts = started.charts.filter(({ id }) =>
    started.series.some(({ chart }) => chart === id),
  );
  if (charts.length === 0 || state.phases.length === 0) return undefined;
  const hasFaults = state.phases.some(({ faults }) => faults.size > 0);
  const thinned =
    stretch === 1
      ? 'Every sample is drawn, one a virtual second.'
      : `To keep this page small, each ${stretch} samples are drawn as their lowest and highest value.`;
  return html`<section aria-labelledby="charts">
    <div class="toolbar">
      <h2 id="charts">Charts</h2>
      <div class="needs-script">
        <button type="button" data-zoom="in">Zoom in</button>
        <button type="button" data-zoom="out">Zoom out</button>
        ${hasFaults && html`<button type="button" data-zoom="fault">Zoom to the fault</button>`}
        <button type="button" data-zoom="reset">Reset</button>
      </div>
    </div>
    <p class="note needs-script">
      Drag to zoom all charts, double-click to reset. Phases share their scales. ${thinned}
      ${hasFaults && html`<span class="key fault">shaded: fault</span>`}
      <span class="key critical">▼ critical</span> <span class="key warning">◆ warning</span>
      <span class="key info">● info</span>
    </p>
    ${
      started.series.some(({ ownWord }) => ownWord) &&
      html`<p class="note">Own word: what the system says of itself. Nothing is judged by it.</p>`
    }
    <p class="note without-script">The charts need JavaScript. Their figures are in the tables.</p>
    ${charts.map((chart) => chartFigure(state, chart))}
  </section>`;
}
