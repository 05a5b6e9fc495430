import type { RunTable } from '../part/run-table.ts';
import { html, type Markup } from './markup.ts';

/** A table of a run as an element; what it is called comes from around it. */
export function tableMarkup({ headings, rows, figuresFrom }: RunTable): Markup {
  const isFigure = (column: number): boolean => column >= figuresFrom;
  return html`<table>
    <thead>
      <tr>
        ${headings.map((heading, column) =>
          isFigure(column)
            ? html`<th scope="col" class="number">${heading}</th>`
            : html`<th scope="col">${heading}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map(({ text, mark }, column) => {
              const content = mark === undefined ? text : html`<strong>${text}</strong>`;
              if (isFigure(column)) return html`<td class="number">${content}</td>`;
              return column === 0
                ? html`<th scope="row">${content}</th>`
                : html`<td>${content}</td>`;
            })}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
