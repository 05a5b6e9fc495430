import { formatValue } from '../../scenario/format.ts';
import type { Unit } from '../../scenario/record.ts';
import { compare, type ComparisonCell } from '../plain/comparison.ts';
import type { RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';

function figureCell({ value, isBest, isBroken }: ComparisonCell, unit: Unit): Markup {
  const text = formatValue(value, unit);
  if (isBroken) {
    return html`<td class="number broken"><span aria-label="breaks a rule">✗</span> ${text}</td>`;
  }
  if (isBest) return html`<td class="number best"><span aria-label="best">★</span> ${text}</td>`;
  return html`<td class="number">${text}</td>`;
}

/** The summaries of the phases in one table. */
export function comparisonSection(state: RunState): Markup | undefined {
  const rows = compare(state);
  if (rows.length === 0) return undefined;
  const title = state.phases.length > 1 ? 'Side by side' : 'What was measured';
  const cells = rows.flatMap((row) => row.cells);
  const legend = [
    ...(cells.some(({ isBroken }) => isBroken) ? ['✗ breaks a rule'] : []),
    ...(cells.some(({ isBest }) => isBest) ? ['★ the best figure of its row'] : []),
  ];
  const table = html`<table class="comparison">
    <thead>
      <tr>
        <th scope="col">Measured</th>
        ${state.phases.map((phase) => html`<th scope="col" class="number">${phase.title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ metric, cells: own }) =>
          html`<tr>
            <th scope="row">${metric.label}</th>
            ${own.map((cell) => figureCell(cell, metric.unit))}
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<section aria-labelledby="comparison">
    <h2 id="comparison">${title}</h2>
    ${scrolling(`${title}, as a table`, table)}
    ${legend.length > 0 && html`<p class="note">${legend.join('   ')}</p>`}
  </section>`;
}
