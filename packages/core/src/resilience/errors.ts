/** A call was refused because the circuit breaker of its key is open. The call was not made. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  readonly code = 'BREAKER_OPEN';
  readonly key: string;
  /**
   * Milliseconds until the breaker lets a probe through. While a probe is under way its outcome is
   * not known yet, and this is the length of the last open period.
   */
  readonly retryAfterMs: number;

  constructor(key: string, retryAfterMs: number) {
    super(
      `Failed to call "${key}": its circuit breaker is open after repeated failures. ` +
        `Try again in ${Math.ceil(retryAfterMs)} ms, or put the call aside as a dead letter.`,
    );
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A dead letter was refused because the store is at its capacity. Nothing was dropped. */
export class DeadLettersFullError extends Error {
  override readonly name = 'DeadLettersFullError';
  readonly code = 'DEAD_LETTERS_FULL';
  readonly key: string;
  readonly capacity: number;

  constructor(key: string, capacity: number, cause: unknown) {
    super(
      `Failed to keep a dead letter of "${key}": all ${capacity} places are taken. ` +
        'Replay the letters that wait, raise `capacity`, or stop taking in work.',
      { cause },
    );
    this.key = key;
    this.capacity = capacity;
  }
}
