import type { RunRecord, Series } from '../scenario/record.ts';
import { emptyRun, type PhaseState, reduce, type RunState } from '../report/run-state.ts';

/** What tells one line from another: the mean of its highest tenth against its usual. */
interface Shape {
  readonly usual: number;
  readonly worst: number;
}

function shapeOf(phase: PhaseState, name: string): Shape | undefined {
  const values = (phase.columns.get(name) ?? []).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return undefined;
  const ordered = values.toSorted((a, b) => a - b);
  const top = ordered.slice(Math.floor(ordered.length * 0.9));
  return {
    usual: ordered[Math.floor(ordered.length / 2)] ?? 0,
    worst: top.reduce((sum, value) => sum + value, 0) / top.length,
  };
}

/** How far two magnitudes are apart, in powers of e; 0 where they are alike. */
const apart = (a: number, b: number): number => Math.abs(Math.log((a + 1) / (b + 1)));

function howTelling(state: RunState, { name }: Series): number {
  const shapes = state.phases.flatMap((phase) => shapeOf(phase, name) ?? []);
  if (shapes.length === 0) return Number.NEGATIVE_INFINITY;
  const worst = shapes.map((shape) => shape.worst);
  const between = apart(Math.max(...worst), Math.min(...worst));
  const within = Math.max(...shapes.map((shape) => apart(shape.worst, shape.usual)));
  return shapes.length > 1 ? between : within;
}

/**
 * The one series that shows what breaks, computed from the run: the latency in which the phases are
 * furthest apart at their worst; of a run of one phase, the one that its worst is furthest from its
 * usual. Where nothing is a latency, any series may be it. `undefined` before there is a sample.
 */
export function tellingSeries(state: RunState): Series | undefined {
  const all = state.started?.series ?? [];
  const latencies = all.filter(({ unit }) => unit === 'ms');
  const ranked = (latencies.length > 0 ? latencies : all)
    .map((series) => ({ series, score: howTelling(state, series) }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY);
  let best = ranked[0];
  for (const one of ranked) if (best !== undefined && one.score > best.score) best = one;
  return best?.series;
}

/** {@link tellingSeries} of the run that a record tells of. */
export function tellingSeriesIn(records: readonly RunRecord[]): Series | undefined {
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  return tellingSeries(state);
}
