import type { Chart, RunRecord, RunStarted } from '../../scenario/record.ts';
import { csvText } from '../csv/csv-text.ts';
import { samplesCsv } from '../csv/samples-csv.ts';
import { html, Markup, markup } from '../html/markup.ts';
import { tableMarkup } from '../html/table-markup.ts';
import { tableBlocks } from '../markdown/markdown-report.ts';
import type { RunState } from '../run-state.ts';
import { chartSvg } from '../svg/chart-svg.ts';
import { chartTable, type RunTable } from './run-table.ts';

/** What a chart can be written as. */
export const chartKinds = ['html', 'svg', 'md', 'csv'] as const;
/** What a table can be written as: it is no picture. */
export const tableKinds = ['html', 'md', 'csv'] as const;

/**
 * One chart of a run, to stand in a document: as HTML a figure with its picture and its figures as a
 * table, as Markdown that table, as CSV its samples.
 *
 * @param records those of which `state` was made
 */
export function chartText(
  kind: (typeof chartKinds)[number],
  chart: Chart,
  state: RunState,
  started: RunStarted,
  records: readonly RunRecord[],
): string {
  if (kind === 'csv') return samplesCsv(records, { chart: chart.id });
  const figures = chartTable(state, chart);
  if (kind === 'md') return tableText('md', figures);
  const picture = chartSvg(state, started, chart);
  if (kind === 'svg') return picture;
  return markup`<figure>
${new Markup(picture)}<figcaption>${chart.title}</figcaption>
<details><summary>Figures of ${chart.title}</summary>
${tableMarkup(figures)}
</details>
</figure>
`.text;
}

/** One table of a run, to stand in a document: as CSV its figures as they are in the record. */
export function tableText(kind: (typeof tableKinds)[number], table: RunTable): string {
  if (kind === 'csv') return csvText([table.data.headings, ...table.data.rows]);
  if (kind === 'md') return `${tableBlocks(table).join('\n\n')}\n`;
  const note = table.note === undefined ? undefined : html`<p>${table.note}</p>`;
  return markup`<figure>
<figcaption>${table.title}</figcaption>
${tableMarkup(table)}
${note}
</figure>
`.text;
}
