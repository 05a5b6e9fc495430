import type { Metric, Table } from '../../scenario/record.ts';
import { formatValue } from '../../scenario/format.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { checkOf } from './checks.ts';
import { renderGrid } from './grid.ts';
import { hang, printable, type Paint } from './text.ts';

/** A figure of one phase in the comparison. */
export interface ComparisonCell {
  readonly value: number | undefined;
  /** Better than every other by more than a percent, and no accident of a system that breaks. */
  readonly isBest: boolean;
  /** Whether it breaks the rule that it decides. */
  readonly isBroken: boolean;
}

/** One row of the comparison: a metric, and its figure in each phase. */
export interface ComparisonRow {
  readonly metric: Metric;
  readonly cells: readonly ComparisonCell[];
}

/** A figure that is better by no more than this share of the larger one is as good. */
const tiedShare = 0.01;

/** The index of the value that is better than every other; none where two are as good. */
function bestOf(
  values: readonly (number | undefined)[],
  better: Metric['better'],
): number | undefined {
  if (better === 'neither') return undefined;
  const known = [...values.keys()].filter((index) => values[index] !== undefined);
  const valueOf = (index: number): number => values[index] ?? 0;
  const [first, second] = known.toSorted((a, b) =>
    better === 'lower' ? valueOf(a) - valueOf(b) : valueOf(b) - valueOf(a),
  );
  if (first === undefined || second === undefined) return undefined;
  const size = Math.max(Math.abs(valueOf(first)), Math.abs(valueOf(second)));
  return Math.abs(valueOf(first) - valueOf(second)) > size * tiedShare ? first : undefined;
}

/**
 * Whether a better figure is no accident: of a system that breaks, the few that it served were served
 * fast. It has to keep the rule of the figure and every other.
 */
function isEarned(state: RunState, phase: PhaseState, rule: string | undefined): boolean {
  if (phase.verdict?.outcome === 'broken') return false;
  return rule === undefined || checkOf(state, phase.id, rule)?.ok !== false;
}

/** The summaries of the phases laid side by side. */
export function compare(state: RunState): ComparisonRow[] {
  return (state.started?.metrics ?? []).flatMap((metric) => {
    const { name, rule, better } = metric;
    const values = state.phases.map((phase) => phase.summary?.[name]);
    const isBroken = (phase: PhaseState): boolean =>
      rule !== undefined && checkOf(state, phase.id, rule)?.ok === false;
    // Where nothing was measured for a rule, the dash is what breaks it.
    if (values.every((value) => value === undefined) && !state.phases.some(isBroken)) return [];
    const best = bestOf(values, better);
    const cells = state.phases.map((phase, index) => ({
      value: values[index],
      isBest: index === best && isEarned(state, phase, rule),
      isBroken: isBroken(phase),
    }));
    return [{ metric, cells }];
  });
}

/** The comparison as text: `*` marks the best figure of a row, `✗` one that breaks a rule. */
export function comparisonLines(state: RunState, width: number, paint: Paint): string[] {
  const rows = compare(state);
  if (rows.length === 0) return [];
  const grid = renderGrid({
    width: width - 2,
    heading: (text) => paint('dim', text),
    columns: [
      { heading: 'measured', align: 'left' },
      ...state.phases.map(({ title }) => ({ heading: title, align: 'right' as const })),
    ],
    rows: rows.map(({ metric, cells }) => [
      metric.label,
      ...cells.map(({ value, isBest, isBroken }) => {
        const text = formatValue(value, metric.unit);
        if (isBroken) return paint(['bold', 'red'], `✗ ${text}`);
        return isBest ? paint(['bold', 'green'], `* ${text}`) : text;
      }),
    ]),
  });
  const cells = rows.flatMap((row) => row.cells);
  const legend = [
    ...(cells.some(({ isBroken }) => isBroken) ? ['✗ breaks a rule'] : []),
    ...(cells.some(({ isBest }) => isBest) ? ['* the best figure of its row'] : []),
  ];
  return [
    paint('bold', state.phases.length < 2 ? 'What was measured' : 'Side by side'),
    ...grid.map((line) => `  ${line}`),
    ...(legend.length === 0 ? [] : [paint('dim', `  ${legend.join('   ')}`)]),
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
    ...hang('', table.title, width).map((line) => paint('bold', line)),
    ...grid.map((line) => `  ${line}`),
    ...(table.note === undefined ? [] : hang('  ', table.note, width)),
  ];
}
