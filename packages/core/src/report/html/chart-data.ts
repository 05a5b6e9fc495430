import type { RunStarted } from '../../scenario/record.ts';
import { ownLabel } from '../part/run-table.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { packColumn, packFactor, type PackedColumn } from './pack.ts';
import { thinOut } from './thin-out.ts';

interface PhaseData {
  readonly id: string;
  readonly title: string;
  readonly times: PackedColumn;
  readonly columns: Readonly<Record<string, PackedColumn>>;
  readonly faults: readonly { fromMs: number; toMs: number; label: string }[];
  readonly signals: readonly { atMs: number; severity: string; text: string }[];
}

/** What the script of the page draws. */
export interface ChartData {
  readonly startMs: number;
  readonly spanMs: number;
  readonly charts: RunStarted['charts'];
  readonly series: RunStarted['series'];
  readonly phases: readonly PhaseData[];
  /** Samples that two drawn points stand for; 1 when every sample is drawn. */
  readonly stretch: number;
}

/**
 * Characters of packed figures in one page, so that it stays under 500 KB with the chart library
 * (51 KB) and the text. A run of two phases, 45 minutes and ten series takes about a third of it.
 */
const mostPackedCharacters = 330_000;

function packPhase(state: RunState, phase: PhaseState, stretch: number): PhaseData {
  const series = state.started?.series ?? [];
  const scales = new Map(state.started?.charts.map(({ id, scale }) => [id, scale]));
  const { times, columns } = thinOut(phase, stretch);
  const packed = series.flatMap(({ name, chart }) => {
    const values = columns.get(name);
    if (values === undefined) return [];
    const factor = packFactor(state.peaks.get(name) ?? 0, scales.get(chart) ?? 'linear');
    return [[name, packColumn(values, factor)] as const];
  });
  return {
    id: phase.id,
    title: phase.title,
    times: packColumn(times, 1),
    columns: Object.fromEntries(packed),
    faults: [...phase.faults.values()].map(({ fault, fromMs, toMs = phase.atMs }) => ({
      fromMs,
      toMs,
      label: fault.label,
    })),
    signals: phase.events.flatMap((event) => {
      if (event.kind !== 'signal') return [];
      const { atMs, severity, text } = event;
      return [{ atMs, severity, text }];
    }),
  };
}

function sizeOf(phases: readonly PhaseData[]): number {
  const columns = phases.flatMap((phase) => [phase.times, ...Object.values(phase.columns)]);
  return columns.reduce((sum, { text }) => sum + text.length, 0);
}

/** The samples, packed; a run too large for one page is thinned out, extremes kept. */
export function chartData(state: RunState, started: RunStarted): ChartData {
  let stretch = 1;
  let phases = state.phases.map((phase) => packPhase(state, phase, stretch));
  while (sizeOf(phases) > mostPackedCharacters) {
    stretch = Math.max(4, Math.ceil(stretch * 1.5));
    const wanted = stretch;
    phases = state.phases.map((phase) => packPhase(state, phase, wanted));
  }
  return {
    startMs: Date.parse(started.startsAt),
    spanMs: Math.max(started.durationMs, ...state.phases.map(({ atMs }) => atMs)),
    charts: started.charts,
    series: started.series.map((one) => ({ ...one, label: ownLabel(one) })),
    phases,
    stretch,
  };
}
