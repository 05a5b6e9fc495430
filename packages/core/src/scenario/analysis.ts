import type { Judged, Sampled } from './judged.ts';
import type { ExampleTypes } from './types.ts';
import type { Row } from './scenario.ts';

/** Questions that rules, figures and explanations ask of what a phase has measured. */

/** How long a condition held in all, in ms, counting only stretches of at least so many seconds. */
export function timeWhileMs<E extends ExampleTypes>(
  { seconds }: Pick<Judged<E>, 'seconds'>,
  condition: (values: Sampled<E>['values']) => boolean,
  { atLeastSeconds = 1 }: { readonly atLeastSeconds?: number } = {},
): number {
  let sum = 0;
  let streak = 0;
  for (const { values } of seconds) {
    streak = condition(values) ? streak + 1 : 0;
    if (streak === atLeastSeconds) sum += atLeastSeconds;
    else if (streak > atLeastSeconds) sum += 1;
  }
  return sum * 1_000;
}

/**
 * Time from `sinceMs` to the end of the last second in which a condition held: how long something took
 * to go away. 0 when it did not hold after `sinceMs`.
 */
export function lastedUntilMs<E extends ExampleTypes>(
  { seconds }: Pick<Judged<E>, 'seconds'>,
  sinceMs: number,
  condition: (values: Sampled<E>['values']) => boolean,
): number {
  const last = seconds.findLast(({ values }) => condition(values));
  return Math.max(0, (last?.atMs ?? 0) - sinceMs);
}

/** When the last of some faults ends, in ms from the start of the phase; 0 without any. */
export function lastFaultEndMs(faults: readonly { readonly toMs: number }[]): number {
  return Math.max(0, ...faults.map(({ toMs }) => toMs));
}

/** The first load step of a scale run whose figure is above a limit, as its multiplier. */
export function kneeOf(rows: readonly Row[], column: string, limit: number): number | undefined {
  return rows.find((row) => (row[column] ?? 0) > limit)?.['multiplier'];
}

/** Whether two load steps are the same or next to each other; no step stands after the last. */
export function isNextStep(
  rows: readonly Row[],
  a: number | undefined,
  b: number | undefined,
): boolean {
  const steps = [...rows.map(({ multiplier }) => multiplier), undefined];
  return Math.abs(steps.indexOf(a) - steps.indexOf(b)) <= 1;
}
