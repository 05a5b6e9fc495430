import type { PhaseState, PartReading } from '../report/run-state.ts';

/** A part of a system at a moment. */
export interface PartMoment {
  readonly id: string;
  readonly kind: string;
  readonly used: number;
  /** How much there is; or, where it has no bound, the most that was used in the whole run. */
  readonly of: number;
  readonly isBounded: boolean;
  readonly waiting: number;
  /** Labels of the faults that strike it now. */
  readonly faults: readonly string[];
}

/** The state that holds at a time: the last one before it. Readings are in the order of time. */
function readingAt(readings: readonly PartReading[], atMs: number): PartReading | undefined {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readings[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return readings[low - 1];
}

/** Every part of a phase's system as it is at a moment. */
export function partsAt(phase: PhaseState, peaks: PartPeaks, atMs: number): readonly PartMoment[] {
  const struck = [...phase.faults.values()].filter(
    ({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs,
  );
  return (phase.parts?.parts ?? []).map(({ id, kind }) => {
    const {
      used = 0,
      of,
      waiting = 0,
    } = readingAt(phase.partStates.get(id) ?? [], atMs)?.state ?? {};
    return {
      id,
      kind,
      used,
      of: of ?? peaks.get(id) ?? 0,
      isBounded: of !== undefined,
      waiting,
      faults: struck.flatMap(({ fault }) => (fault.service === id ? [fault.label] : [])),
    };
  });
}

export type PartPeaks = ReadonlyMap<string, number>;

/** The most that each part was used in any phase, so that all ships are drawn on one scale. */
export function partPeaks(phases: readonly PhaseState[]): PartPeaks {
  const peaks = new Map<string, number>();
  for (const { partStates } of phases) {
    for (const [id, readings] of partStates) {
      for (const { state } of readings) {
        peaks.set(id, Math.max(peaks.get(id) ?? 0, state.of ?? state.used));
      }
    }
  }
  return peaks;
}
