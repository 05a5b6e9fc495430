import { PoolExhaustedError, PoolTimeoutError } from './errors.ts';
import { checkLimit, checkNumber } from './option-checks.ts';
import { type Lease, Slots, type SlotsMetrics } from './slots.ts';

/** How many connections there are, and how many callers wait for one for how many ms. */
export interface ConnectionPoolOptions {
  /** For people: it stands in errors. */
  readonly name: string;
  /** Connections; a positive integer. */
  readonly size: number;
  /** Callers that may wait for one; 0 or more. Default: any number. */
  readonly maxWaiters?: number;
  /**
   * Longest wait in milliseconds, above 0. Who waits for ever has to say so with `Infinity`: a pool
   * without a limit turns one slow dependency into a frozen service.
   */
  readonly acquireTimeoutMs: number;
}

/** `acquired + timedOut + rejected + cancelled + waiting` is the number of calls of `acquire`. */
export type ConnectionPoolMetrics = SlotsMetrics;

/** Lends a fixed number of connections, first come, first served. */
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

/**
 * A pool of connections, as database drivers have them: a fixed number, a bounded line of waiters,
 * a longest wait.
 *
 * @throws RangeError naming the option and the value.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { name, size, maxWaiters = Infinity, acquireTimeoutMs } = options;
  const slots = new Slots({
    size: checkNumber(`${name}.size`, size, { min: 1, integer: true }),
    maxWaiters: checkLimit(`${name}.maxWaiters`, maxWaiters, { min: 0, integer: true }),
    maxWaitMs: checkLimit(`${name}.acquireTimeoutMs`, acquireTimeoutMs, {
      min: 0,
      exclusiveMin: true,
    }),
    full: () => new PoolExhaustedError(name, maxWaiters),
    late: () => new PoolTimeoutError(name, acquireTimeoutMs),
  });
  return {
    name,
    acquire: (acquireOptions) => slots.acquire(acquireOptions?.signal),
    metrics: () => slots.metrics(),
  };
}

/**
 * Runs `work` while holding a connection, and returns it whatever happens. Rejects as `acquire` does
 * when there is none.
 */
export async function withConnection<T>(
  pool: ConnectionPool,
  work: () => Promise<T>,
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const lease = await pool.acquire(options);
  try {
    return await work();
  } finally {
    lease.release();
  }
}
