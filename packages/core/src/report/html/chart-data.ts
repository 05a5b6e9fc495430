import type { RunStarted } from '../../scenario/record.ts';
import { ownLabel } from '../part/run-table.ts';
import type { PhaseState, RunState } from '../run-state.ts';

interface PhaseData {
  readonly id: string;
  readonly title: string;
  /** Virtual ms. */
  readonly times: readonly number[];
  /** By the names of the series, as long as `times`; `null` where nothing was measured. */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  readonly faults: readonly { fromMs: number; toMs: number; label: string }[];
  readonly signals: readonly { atMs: number; severity: string; text: string }[];
}

/** What the charts of a run are drawn from. */
export interface ChartData {
  readonly startMs: number;
  readonly spanMs: number;
  readonly charts: RunStarted['charts'];
  readonly series: RunStarted['series'];
  readonly phases: readonly PhaseData[];
}

function phaseData(phase: PhaseState): PhaseData {
  return {
    id: phase.id,
    title: phase.title,
    times: phase.times,
    columns: Object.fromEntries(
      [...phase.columns].map(([name, values]) => [
        name,
        values.map((value) => (Number.isNaN(value) ? null : value)),
      ]),
    ),
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

/** The samples as columns, with what is marked in the charts. */
export function chartData(state: RunState, started: RunStarted): ChartData {
  return {
    startMs: Date.parse(started.startsAt),
    spanMs: Math.max(started.durationMs, ...state.phases.map(({ atMs }) => atMs)),
    charts: started.charts,
    series: started.series.map((one) => ({ ...one, label: ownLabel(one) })),
    phases: state.phases.map(phaseData),
  };
}
