import { WaitingLine } from './waiting-line.ts';

/** A place on loan. `using lease = await pool.acquire()` returns it at the end of the block. */
export interface Lease extends Disposable {
  /** Returns it; a second time does nothing. */
  release(): void;
}

export interface SlotsOptions {
  readonly size: number;
  /** Callers that may wait. */
  readonly maxWaiters: number;
  /** Longest wait, in milliseconds. */
  readonly maxWaitMs: number;
  /** The error for a caller who finds too many waiting. */
  readonly full: () => Error;
  /** The error for a caller who waited too long. */
  readonly late: () => Error;
}

/** `acquired + timedOut + rejected + cancelled + waiting` is the number of calls of `acquire`. */
export interface SlotsMetrics {
  readonly size: number;
  /** On loan now. */
  readonly inUse: number;
  /** Callers that wait now. */
  readonly waiting: number;
  /** Loans so far. */
  readonly acquired: number;
  /** Waited too long. */
  readonly timedOut: number;
  /** Refused because too many waited. */
  readonly rejected: number;
  /** Ended by the caller's signal. */
  readonly cancelled: number;
}

interface Acquirer {
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: (() => void) | undefined;
}

/** A fixed number of places, a bounded line of waiters served first come, first served, a longest wait. */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #line: WaitingLine<Acquirer>;
  #inUse = 0;
  #acquired = 0;
  #timedOut = 0;
  #rejected = 0;
  #cancelled = 0;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#line = new WaitingLine(options.maxWaitMs, ({ reject, stopListening }) => {
      stopListening?.();
      this.#timedOut += 1;
      reject(options.late());
    });
  }

  acquire(signal: AbortSignal | undefined): Promise<Lease> {
    if (signal?.aborted === true) {
      this.#cancelled += 1;
      // oxlint-disable-next-line prefer-promise-reject-errors -- the caller chose the reason
      return Promise.reject(signal.reason);
    }
    if (this.#inUse < this.#options.size) {
      this.#inUse += 1;
      this.#acquired += 1;
      return Promise.resolve(new SlotLease(this.#takeBack));
    }
    if (this.#line.size >= this.#options.maxWaiters) {
      this.#rejected += 1;
      return Promise.reject(this.#options.full());
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#line.leave(place);
        this.#cancelled += 1;
        // oxlint-disable-next-line prefer-promise-reject-errors -- the caller chose the reason
        reject(signal?.reason);
      };
      const stopListening =
        signal === undefined ? undefined : () => signal.removeEventListener('abort', onAbort);
      const place = this.#line.join({ resolve, reject, stopListening });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  metrics(): SlotsMetrics {
    return {
      size: this.#options.size,
      inUse: this.#inUse,
      waiting: this.#line.size,
      acquired: this.#acquired,
      timedOut: this.#timedOut,
      rejected: this.#rejected,
      cancelled: this.#cancelled,
    };
  }

  readonly #takeBack = (): void => {
    const next = this.#line.next();
    if (next === undefined) {
      this.#inUse -= 1;
      return;
    }
    next.stopListening?.();
    this.#acquired += 1;
    next.resolve(new SlotLease(this.#takeBack));
  };
}

class SlotLease implements Lease {
  #giveBack: (() => void) | undefined;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
