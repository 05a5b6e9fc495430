import { requireBound, requireDuration, requireKnown, requireOneOf } from './check-options.ts';

/** Answers `queue-full` at once. */
export interface RejectStrategy {
  readonly strategy: 'reject';
}

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

/**
 * Lets the emit (never the caller) wait for room: the result has `status: 'waiting'`, and
 * `settled` tells how it ended. Room goes to the most important lane first, then to the emit that
 * has waited longest; nothing polls.
 */
export interface WaitStrategy extends WaitOptions {
  readonly strategy: 'wait';
}

/** Adds room for bursts behind the queue, and says what gives way once that is full too. */
export interface BufferStrategy {
  readonly strategy: 'buffer';
  /** Tasks that fit beyond `queueSize`. */
  readonly size: number;
  /**
   * `drop-oldest` sheds the longest waiting emit of the same lane in favour of the new one (when
   * only fresh data counts), `drop-newest` the most recently admitted one (when old data is nearly
   * due), `reject` refuses the new one. What is dropped is counted as shed and is a dead letter.
   */
  readonly whenFull: 'drop-oldest' | 'drop-newest' | 'reject';
}

/** A buffer for bursts, behind which emits wait for room. */
export interface BufferThenWaitStrategy extends WaitOptions {
  readonly strategy: 'buffer';
  /** Tasks that fit beyond `queueSize`. */
  readonly size: number;
  readonly whenFull: 'wait';
}

/** What happens to an emit that does not fit after less important lanes have been shed. */
export type OverloadStrategy =
  | RejectStrategy
  | WaitStrategy
  | BufferStrategy
  | BufferThenWaitStrategy;

/** An overload strategy with every default filled in. */
export interface ResolvedOverload {
  readonly bufferSize: number;
  readonly whenFull: 'reject' | 'wait' | 'drop-oldest' | 'drop-newest';
  readonly maxWaitMs: number;
  readonly bound: 'fixed' | 'linear' | 'exponential';
  readonly maxWaiting: number;
}

const waitOptions = ['maxWaitMs', 'bound', 'maxWaiting'] satisfies (keyof WaitOptions)[];

/** @throws RangeError or TypeError naming the option and the value */
export function resolveOverload(overload: OverloadStrategy, queueSize: number): ResolvedOverload {
  const none = { bufferSize: 0, maxWaitMs: 0, bound: 'fixed', maxWaiting: 0 } as const;
  const known = (...options: readonly string[]): void =>
    requireKnown(`overload.strategy "${overload.strategy}"`, overload, new Set(options));
  requireOneOf('overload.strategy', overload.strategy, ['reject', 'wait', 'buffer']);
  if (overload.strategy === 'reject') {
    known('strategy');
    return { ...none, whenFull: 'reject' };
  }
  if (overload.strategy === 'wait') {
    known('strategy', ...waitOptions);
    return { ...none, whenFull: 'wait', ...resolveWait(overload, queueSize) };
  }
  const { whenFull } = overload;
  requireOneOf('overload.whenFull', whenFull, ['drop-oldest', 'drop-newest', 'reject', 'wait']);
  const bufferSize = requireBound('overload.size', overload.size, 1);
  if (whenFull !== 'wait') {
    known('strategy', 'size', 'whenFull');
    return { ...none, bufferSize, whenFull };
  }
  known('strategy', 'size', 'whenFull', ...waitOptions);
  return { bufferSize, whenFull, ...resolveWait(overload, queueSize) };
}

function resolveWait(
  { maxWaitMs, bound = 'fixed', maxWaiting }: WaitOptions,
  queueSize: number,
): Required<WaitOptions> {
  return {
    maxWaitMs: requireDuration('overload.maxWaitMs', maxWaitMs),
    bound: requireOneOf('overload.bound', bound, ['fixed', 'linear', 'exponential']),
    maxWaiting: requireBound('overload.maxWaiting', maxWaiting ?? Math.max(1, queueSize), 1),
  };
}

/**
 * How long an emit may wait, by the rule of `WaitStrategy.bound`.
 * @param crowd share of the waiting places in use, 0 to 1
 */
export const waitBoundMs = {
  fixed: (maxWaitMs: number): number => maxWaitMs,
  linear: (maxWaitMs: number, crowd: number): number => maxWaitMs * (1 - crowd),
  exponential: (maxWaitMs: number, crowd: number): number => maxWaitMs * 2 ** (-8 * crowd),
} as const;
