import type { Chart, Series, Table } from '../../scenario/record.ts';
import { formatClock, formatValue } from '../../scenario/format.ts';
import { checkLook } from '../plain/checks.ts';
import { compare } from '../plain/comparison.ts';
import type { PhaseState, RunState } from '../run-state.ts';

/** A cell: what people read, and how it stands out. */
export interface TableCell {
  readonly text: string;
  readonly mark?: 'broken' | 'best';
}

/** A table of a run, for people and, unrounded and without units, for programs. */
export interface RunTable {
  /** What it is called on the command line. */
  readonly name: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  /** The column from which on cells are figures. */
  readonly figuresFrom: number;
  readonly note?: string;
  readonly data: {
    readonly headings: readonly string[];
    /** None where nothing was measured. */
    readonly rows: readonly (readonly (string | number | undefined)[])[];
  };
}

const cell = (text: string): TableCell => ({ text });

/** Every table of a run: what was measured, the checks, and those of the record itself. */
export function runTables(state: RunState): readonly RunTable[] {
  return [...measuredTable(state), ...checksTable(state), ...recordTables(state.tables)];
}

function measuredTable(state: RunState): readonly RunTable[] {
  const rows = compare(state);
  if (rows.length === 0) return [];
  const marks = rows.flatMap(({ cells }) => cells);
  const legend = [
    ...(marks.some(({ isBroken }) => isBroken) ? ['✗ breaks a rule'] : []),
    ...(marks.some(({ isBest }) => isBest) ? ['★ the best figure of its row'] : []),
  ];
  return [
    {
      name: 'measured',
      title: 'What was measured',
      headings: ['measured', ...state.phases.map(({ title }) => title)],
      rows: rows.map(({ metric, cells }) => [
        cell(metric.label),
        ...cells.map(({ value, isBest, isBroken }): TableCell => {
          const text = formatValue(value, metric.unit);
          if (isBroken) return { text: `✗ ${text}`, mark: 'broken' };
          return isBest ? { text: `★ ${text}`, mark: 'best' } : { text };
        }),
      ]),
      figuresFrom: 1,
      ...(legend.length > 0 && { note: legend.join(', ') }),
      data: {
        headings: ['metric', 'unit', ...state.phases.map(({ id }) => id)],
        rows: rows.map(({ metric, cells }) => [
          metric.name,
          metric.unit,
          ...cells.map(({ value }) => value),
        ]),
      },
    },
  ];
}

function checksTable({ checks, phases, started }: RunState): readonly RunTable[] {
  if (checks.length === 0 || started === undefined) return [];
  const phaseOf = (id: string | undefined): string =>
    phases.find((phase) => phase.id === id)?.title ?? 'the whole run';
  return [
    {
      name: 'checks',
      title: 'Checks',
      headings: ['result', 'check', 'phase', 'kind', 'expected', 'observed'],
      rows: checks.map((check) => {
        const { word, isBroken } = checkLook(check);
        const { firstViolation: first, observed } = check;
        const seen =
          first === undefined
            ? observed
            : `${observed}; first at ${formatClock(started.startsAt, first.atMs)}: ${first.text}`;
        return [
          { text: word, ...(isBroken && { mark: 'broken' as const }) },
          ...[check.title, phaseOf(check.phase), check.kind, check.expected, seen].map(cell),
        ];
      }),
      figuresFrom: Number.POSITIVE_INFINITY,
      data: {
        headings: ['phase', 'check', 'kind', 'ok', 'expected', 'observed', 'value', 'unit'],
        rows: checks.map((check) => [
          check.phase,
          check.name,
          check.kind,
          String(check.ok),
          check.expected,
          check.observed,
          check.value,
          check.unit,
        ]),
      },
    },
  ];
}

/** Tables of the record; where two share a name, which one it is of is part of it. */
function recordTables(tables: readonly Table[]): readonly RunTable[] {
  return tables.map((table, index) => {
    const { name, title, columns, rows, note } = table;
    const twins = tables.filter((other) => other.name === name);
    return {
      name: twins.length === 1 ? name : `${name}-${table.phase ?? index + 1}`,
      title,
      headings: columns.map(({ label }) => label),
      rows: rows.map((row) =>
        columns.map(({ name: column, unit }) => {
          const value = row[column];
          return cell(typeof value === 'string' ? value : formatValue(value, unit));
        }),
      ),
      figuresFrom: 0,
      ...(note !== undefined && { note }),
      data: {
        headings: columns.map(({ name: column }) => column),
        rows: rows.map((row) => columns.map(({ name: column }) => row[column] ?? undefined)),
      },
    };
  });
}

/** The label of a series; the system's own word says so. */
export const ownLabel = ({ label, ownWord }: Series): string =>
  ownWord === true ? `${label} (own word)` : label;

/** The figures of a chart: each series in each phase. */
export function chartTable(state: RunState, chart: Chart): RunTable {
  const { started, phases } = state;
  const extents = (started?.series ?? [])
    .filter((one) => one.chart === chart.id)
    .flatMap((one) =>
      phases.flatMap((phase) => {
        const found = extentOf(phase, one.name);
        return found === undefined ? [] : [{ one, phase, found }];
      }),
    );
  const startsAt = started?.startsAt ?? '';
  return {
    name: chart.id,
    title: chart.title,
    headings: ['Series', 'Phase', 'Lowest', 'Mean', 'Highest', 'First at'],
    rows: extents.map(({ one, phase, found: { least, mean, most, mostAtMs } }) => [
      cell(ownLabel(one)),
      cell(phase.title),
      ...[least, mean, most].map((value) => cell(formatValue(value, one.unit))),
      cell(formatClock(startsAt, mostAtMs)),
    ]),
    figuresFrom: 2,
    data: {
      headings: ['series', 'unit', 'phase', 'lowest', 'mean', 'highest', 'highestAtMs'],
      rows: extents.map(({ one, phase, found }) => [
        one.name,
        one.unit,
        phase.id,
        found.least,
        found.mean,
        found.most,
        found.mostAtMs,
      ]),
    },
  };
}

interface Extent {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
  readonly mostAtMs: number;
}

function extentOf(phase: PhaseState, name: string): Extent | undefined {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let mostAtMs = 0;
  let sum = 0;
  let count = 0;
  for (const [index, value] of (phase.columns.get(name) ?? []).entries()) {
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    least = Math.min(least, value);
    if (value > most) {
      most = value;
      mostAtMs = phase.times[index] ?? 0;
    }
  }
  return count === 0 ? undefined : { least, mean: sum / count, most, mostAtMs };
}
