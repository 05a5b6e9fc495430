import { PoolExhaustedError, PoolTimeoutError } from './errors.ts';
import { WaitingLine } from './waiting-line.ts';

export interface ConnectionPoolOptions {
  /** For people: it stands in errors. */
  readonly name: string;
  /** Connections; a positive integer. */
  readonly size: number;
  /** Callers that may wait for one; 0 or more. Default: any number. */
  readonly maxWaiters?: number;
  /** Longest wait in milliseconds. Default: no limit. */
  readonly acquireTimeoutMs?: number;
}

/** A connection on loan. `using lease = await pool.acquire()` returns it at the end of the block. */
export interface Lease extends Disposable {
  /** Returns the connection; a second time does nothing. */
  release(): void;
}

/** `acquired + timedOut + rejected + cancelled + waiting` is the number of calls of `acquire`. */
export interface ConnectionPoolMetrics {
  readonly size: number;
  /** Connections on loan now. */
  readonly inUse: number;
  /** Callers that wait now. */
  readonly waiting: number;
  /** Loans so far. */
  readonly acquired: number;
  readonly timedOut: number;
  /** Refused because too many waited. */
  readonly rejected: number;
  /** Ended by the caller's signal. */
  readonly cancelled: number;
}

export interface ConnectionPool {
  readonly name: string;
  /**
   * Borrows a connection, first come, first served.
   *
   * Rejects with PoolExhaustedError when too many wait, PoolTimeoutError after the longest wait, or
   * the reason of the signal.
   */
  acquire(options?: { readonly signal?: AbortSignal | undefined }): Promise<Lease>;
  metrics(): ConnectionPoolMetrics;
}

interface Acquirer {
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: (() => void) | undefined;
}

/**
 * A pool of connections, as database drivers have them: a fixed number, a bounded line of waiters,
 * a longest wait.
 *
 * @throws RangeError naming the option and the value.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  return new FifoPool(options);
}

class FifoPool implements ConnectionPool {
  readonly name: string;
  readonly #size: number;
  readonly #maxWaiters: number;
  readonly #line: WaitingLine<Acquirer>;
  #inUse = 0;
  #acquired = 0;
  #timedOut = 0;
  #rejected = 0;
  #cancelled = 0;

  constructor({
    name,
    size,
    maxWaiters = Infinity,
    acquireTimeoutMs = Infinity,
  }: ConnectionPoolOptions) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`Invalid ${name}.size ${size}: use a positive integer.`);
    }
    if (maxWaiters !== Infinity && (!Number.isInteger(maxWaiters) || maxWaiters < 0)) {
      throw new RangeError(
        `Invalid ${name}.maxWaiters ${maxWaiters}: use an integer of 0 or more.`,
      );
    }
    if (!(acquireTimeoutMs > 0)) {
      throw new RangeError(
        `Invalid ${name}.acquireTimeoutMs ${acquireTimeoutMs}: use a positive number of milliseconds.`,
      );
    }
    this.name = name;
    this.#size = size;
    this.#maxWaiters = maxWaiters;
    this.#line = new WaitingLine(acquireTimeoutMs, ({ reject, stopListening }) => {
      stopListening?.();
      this.#timedOut += 1;
      reject(new PoolTimeoutError(name, acquireTimeoutMs));
    });
  }

  acquire(options?: { readonly signal?: AbortSignal | undefined }): Promise<Lease> {
    const signal = options?.signal;
    if (signal?.aborted === true) {
      this.#cancelled += 1;
      // oxlint-disable-next-line prefer-promise-reject-errors -- the caller chose the reason
      return Promise.reject(signal.reason);
    }
    if (this.#inUse < this.#size) {
      this.#inUse += 1;
      this.#acquired += 1;
      return Promise.resolve(new PoolLease(this.#takeBack));
    }
    if (this.#line.size >= this.#maxWaiters) {
      this.#rejected += 1;
      return Promise.reject(new PoolExhaustedError(this.name, this.#maxWaiters));
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

  metrics(): ConnectionPoolMetrics {
    return {
      size: this.#size,
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
    next.resolve(new PoolLease(this.#takeBack));
  };
}

class PoolLease implements Lease {
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

/** Runs `work` while holding a connection, and returns it whatever happens. */
export async function withConnection<T>(pool: ConnectionPool, work: () => Promise<T>): Promise<T> {
  const lease = await pool.acquire();
  try {
    return await work();
  } finally {
    lease.release();
  }
}
