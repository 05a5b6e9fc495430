import type { Table } from '../../scenario/record.ts';
import { formatValue } from '../../scenario/format.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';

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
