import type { Metric, Table } from '../../scenario/record.ts';
import { formatValue } from '../format.ts';
import type { RunState } from '../run-state.ts';
import { renderGrid } from './grid.ts';
import { hang, printable, type Paint } from './text.ts';

/** One row of the comparison: a metric, and its figure in each phase that gave one. */
export interface ComparisonRow {
  readonly metric: Metric;
  readonly cells: readonly { readonly value: number | undefined; readonly isBest: boolean }[];
}

function best(
  values: readonly (number | undefined)[],
  better: Metric['better'],
): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (better === 'neither' || known.length < 2) return undefined;
  const winner = better === 'lower' ? Math.min(...known) : Math.max(...known);
  return known.every((value) => value === winner) ? undefined : winner;
}

/** The summaries of the phases laid side by side; nothing is best where all are equal. */
export function compare(state: RunState): ComparisonRow[] {
  return (state.started?.metrics ?? []).flatMap((metric) => {
    const values = state.phases.map((phase) => phase.summary?.[metric.name]);
    if (values.every((value) => value === undefined)) return [];
    const winner = best(values, metric.better);
    const cells = values.map((value) => ({
      value,
      isBest: value !== undefined && value === winner,
    }));
    return [{ metric, cells }];
  });
}

/** The comparison as text: `*` and bold mark the best figure of a row. */
export function comparisonLines(state: RunState, width: number, paint: Paint): string[] {
  const rows = compare(state);
  if (rows.length === 0) return [];
  const isSingle = state.phases.length < 2;
  const grid = renderGrid({
    width: width - 2,
    heading: (text) => paint('dim', text),
    columns: [
      { heading: 'measured', align: 'left' },
      ...state.phases.map(({ title }) => ({ heading: title, align: 'right' as const })),
    ],
    rows: rows.map(({ metric, cells }) => [
      metric.label,
      ...cells.map(({ value, isBest }) => {
        const text = formatValue(value, metric.unit);
        if (isSingle) return text;
        return isBest ? paint(['bold', 'green'], `* ${text}`) : text;
      }),
    ]),
  });
  return [
    paint('bold', isSingle ? 'What was measured' : 'Side by side'),
    ...grid.map((line) => `  ${line}`),
    ...(rows.some(({ cells }) => cells.some((cell) => cell.isBest))
      ? [paint('dim', '  * the best figure of its row')]
      : []),
  ];
}

/** A table of the record as text. */
export function tableLines(table: Table, width: number, paint: Paint): string[] {
  const rows = table.rows.map((row) =>
    table.columns.map(({ name, unit }) => {
      const cell = row[name];
      return typeof cell === 'string' ? printable(cell) : formatValue(cell, unit);
    }),
  );
  const columns = table.columns.map(({ name, label }, index) => {
    const isText = table.rows.some((row) => typeof row[name] === 'string');
    return {
      heading: label,
      align: isText && index === 0 ? ('left' as const) : ('right' as const),
    };
  });
  const grid = renderGrid({
    columns,
    rows,
    width: width - 2,
    heading: (text) => paint('dim', text),
  });
  return [
    paint('bold', table.title),
    ...grid.map((line) => `  ${line}`),
    ...(table.note === undefined ? [] : hang('  ', table.note, width)),
  ];
}
