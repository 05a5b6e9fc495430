import { formatValue } from '../format.ts';
import { compare } from '../plain/comparison.ts';
import type { RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';

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
    <ul class="phases">
      ${state.phases.map((phase) => html`<li><strong>${phase.title}.</strong> ${phase.flaw}</li>`)}
    </ul>
    ${rows.length > 0 && scrolling(title, table)}
    ${hasBest && html`<p class="note">★ the best figure of its row</p>`}
  </section>`;
}
