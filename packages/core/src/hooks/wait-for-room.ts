import { requireBound, requireDuration, requireKnown, requireOneOf } from './check-options.ts';
import { type OverloadStrategy, reject } from './overload.ts';
import { WaitingEmits } from './waiting-emits.ts';

/** How emits wait for room. */
export interface WaitOptions {
  /** The longest wait of an emit, in milliseconds; Infinity for no limit. */
  readonly maxWaitMs: number;
  /**
   * How the bound depends on the crowd: with `c` the share of `maxWaiting` in use when the emit
   * arrives, `fixed` is `maxWaitMs`; `linear` is `maxWaitMs x (1 - c)`; `exponential` is
   * `maxWaitMs x 2^(-8c)`. In a growing crowd the late ones learn early that they will not get in,
   * while there is still time to do something else. Default `fixed`.
   */
  readonly bound?: 'fixed' | 'linear' | 'exponential';
  /**
   * Emits that may wait at once; one more is refused as `queue-full`. Default `queueSize`; Infinity
   * for no bound.
   */
  readonly maxWaiting?: number;
}

const waitOptions = new Set(['maxWaitMs', 'bound', 'maxWaiting'] satisfies (keyof WaitOptions)[]);

/** The longest wait, by the rule of `WaitOptions.bound`; `crowd` is the share of places in use. */
export const waitBoundMs = {
  fixed: (maxWaitMs: number): number => maxWaitMs,
  linear: (maxWaitMs: number, crowd: number): number => maxWaitMs * (1 - crowd),
  exponential: (maxWaitMs: number, crowd: number): number => maxWaitMs * 2 ** (-8 * crowd),
} as const;

/**
 * Lets an emit that does not fit (never its caller) wait for room: the result has `status: 'waiting'`,
 * and `settled` tells how it ended. Room goes to the most important lane first, then to the emit that
 * has waited longest; nothing polls.
 * @throws RangeError or TypeError naming the option and the value
 */
export function waitForRoom(options: WaitOptions): OverloadStrategy {
  requireKnown('waitForRoom', options, waitOptions);
  const { maxWaitMs, bound = 'fixed', maxWaiting } = options;
  requireDuration('maxWaitMs', maxWaitMs);
  requireOneOf('bound', bound, ['fixed', 'linear', 'exponential']);
  if (maxWaiting !== undefined) requireBound('maxWaiting', maxWaiting, 1);
  const waitMs = (crowd: number): number => waitBoundMs[bound](maxWaitMs, crowd);
  return {
    ...reject,
    waitIn: (pool, queueSize) =>
      new WaitingEmits(pool, waitMs, maxWaiting ?? Math.max(1, queueSize)),
  };
}
