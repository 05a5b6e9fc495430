/** Answers `queue-full` at once. */
export interface RejectStrategy {
  readonly strategy: 'reject';
}

/**
 * Lets the emit (never the caller) wait for room: the result has `status: 'waiting'`, and
 * `settled` tells how it ended. Room goes to the most important lane first, then to the emit that
 * has waited longest; nothing polls.
 */
export interface WaitStrategy {
  readonly strategy: 'wait';
  /** The longest wait of an emit, in milliseconds. */
  readonly maxWaitMs: number;
  /**
   * How the bound depends on the crowd: with `c` the share of `maxWaiting` in use when the emit
   * arrives, `fixed` is `maxWaitMs`; `linear` is `maxWaitMs x (1 - c)`; `exponential` is
   * `maxWaitMs x 2^(-8c)`. In a growing crowd the late ones learn early that they will not get in,
   * while there is still time to do something else. Default `fixed`.
   */
  readonly bound?: 'fixed' | 'linear' | 'exponential';
  /** Emits that may wait at once; one more is refused as `queue-full`. Default `queueSize`. */
  readonly maxWaiting?: number;
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

/** What happens to an emit that does not fit after less important lanes have been shed. */
export type OverloadStrategy = RejectStrategy | WaitStrategy | BufferStrategy;

/**
 * How long an emit may wait, by the rule of `WaitStrategy.bound`.
 * @param crowd share of the waiting places in use, 0 to 1
 */
export const waitBoundMs = {
  fixed: (maxWaitMs: number): number => maxWaitMs,
  linear: (maxWaitMs: number, crowd: number): number => maxWaitMs * (1 - crowd),
  exponential: (maxWaitMs: number, crowd: number): number => maxWaitMs * 2 ** (-8 * crowd),
} as const;
