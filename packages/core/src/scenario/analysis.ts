import type { PhaseSample } from './example.ts';
import type { Meter, WindowPercentile } from './meter.ts';
import type { SampleValues } from './watcher.ts';

/** Questions that rules and summaries ask of what a phase has measured. */

/** The window with the highest percentile of a latency; of zero length when nothing was observed. */
export function worstWindow(meter: Meter, name: string, percentile: number): WindowPercentile {
  const none = { fromMs: 0, toMs: 0, observations: 0, valueMs: 0 };
  return meter
    .windows(name, percentile)
    .reduce((worst, each) => (each.valueMs > worst.valueMs ? each : worst), none);
}

/** How long a condition held in all, in ms, counting only stretches of at least so many seconds. */
export function timeWhileMs(
  samples: readonly PhaseSample[],
  condition: (values: SampleValues) => boolean,
  { atLeastSeconds = 1 }: { readonly atLeastSeconds?: number } = {},
): number {
  let seconds = 0;
  let streak = 0;
  for (const { values } of samples) {
    streak = condition(values) ? streak + 1 : 0;
    if (streak === atLeastSeconds) seconds += atLeastSeconds;
    else if (streak > atLeastSeconds) seconds += 1;
  }
  return seconds * 1_000;
}

/**
 * Time from `sinceMs` to the end of the last second in which a condition held: how long something took
 * to go away. 0 when it did not hold after `sinceMs`.
 */
export function lastedUntilMs(
  samples: readonly PhaseSample[],
  sinceMs: number,
  condition: (values: SampleValues) => boolean,
): number {
  const last = samples.findLast(({ values }) => condition(values));
  return Math.max(0, (last?.atMs ?? 0) - sinceMs);
}

/** When the last of some faults ends, in ms from the start of the phase; 0 without any. */
export function lastFaultEndMs(faults: readonly { readonly toMs: number }[]): number {
  return Math.max(0, ...faults.map(({ toMs }) => toMs));
}

/** The first load step of a scale run whose figure is above a limit, as its multiplier; else Infinity. */
export function kneeOf(
  rows: readonly Readonly<Record<string, number>>[],
  column: string,
  limit: number,
): number {
  return rows.find((row) => (row[column] ?? 0) > limit)?.['multiplier'] ?? Infinity;
}

/** Whether two load steps are the same or next to each other; Infinity stands after the last. */
export function isNextStep(
  rows: readonly Readonly<Record<string, number>>[],
  a: number,
  b: number,
): boolean {
  const steps = [...rows.map(({ multiplier }) => multiplier), Infinity];
  return Math.abs(steps.indexOf(a) - steps.indexOf(b)) <= 1;
}
