/**
 * Calls of one service, as their callers saw them: `calls` is the sum of `succeeded`, `failed`,
 * `timedOut`, `reset`, `cancelled` and `inFlight`.
 */
export interface ServiceStats {
  readonly calls: number;
  /** Callers that wait for an answer now. */
  readonly inFlight: number;
  readonly succeeded: number;
  /** Definite failures, refusals for overload among them. */
  readonly failed: number;
  readonly timedOut: number;
  readonly reset: number;
  readonly cancelled: number;
  /** Requests in the queue of the service now, also of callers that have given up. */
  readonly queued: number;
  /** The most callers that ever waited at once. */
  readonly maxInFlight: number;
}

/** How a caller's wait ended. */
export type Ending = 'succeeded' | 'failed' | 'timedOut' | 'reset' | 'cancelled';

/** Counts the calls of one service. */
export class CallCounter {
  #calls = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  readonly #endings = { succeeded: 0, failed: 0, timedOut: 0, reset: 0, cancelled: 0 };

  begin(): void {
    this.#calls += 1;
    this.#inFlight += 1;
    if (this.#inFlight > this.#maxInFlight) this.#maxInFlight = this.#inFlight;
  }

  /** A caller waits no longer. */
  leave(): void {
    this.#inFlight -= 1;
  }

  /** What that caller got. */
  count(ending: Ending): void {
    this.#endings[ending] += 1;
  }

  stats(queued: number): ServiceStats {
    return {
      calls: this.#calls,
      inFlight: this.#inFlight,
      ...this.#endings,
      queued,
      maxInFlight: this.#maxInFlight,
    };
  }
}
