import { BulkheadFullError, BulkheadTimeoutError } from './errors.ts';
import { checkLimit, checkNumber } from './option-checks.ts';
import { neverAborted, type Policy } from './policy.ts';
import { Slots, type SlotsMetrics } from './slots.ts';

/** How many calls run at once, and how many wait for how many ms. */
export interface BulkheadOptions {
  /** For people: it stands in errors. */
  readonly name: string;
  /** Calls at once; a positive integer. */
  readonly maxConcurrent: number;
  /** Calls that may wait for a place; 0 or more. Default 0. */
  readonly maxWaiting?: number;
  /** Longest wait for a place, in milliseconds, above 0; required, and `Infinity` is no limit. */
  readonly maxWaitMs: number;
}

/** Calls of a bulkhead: `started + timedOut + rejected + cancelled + waiting` is their number. */
export interface BulkheadMetrics extends Omit<SlotsMetrics, 'size' | 'inUse' | 'acquired'> {
  readonly maxConcurrent: number;
  /** Calls under way now. */
  readonly running: number;
  /** Calls that have been let in so far. */
  readonly started: number;
}

/** A bulkhead as a policy. */
export interface Bulkhead extends Policy {
  readonly name: string;
  readonly metrics: () => BulkheadMetrics;
}

/**
 * Makes a policy that lets only so many calls run at once, so that one slow downstream cannot take
 * what the others need; some more wait in line, first come, first served.
 *
 * Rejects with BulkheadFullError when the line is full, BulkheadTimeoutError after the longest wait,
 * or the reason of the signal, always without calling.
 *
 * @throws RangeError that names the option and the value.
 */
export function createBulkhead(options: BulkheadOptions): Bulkhead {
  const { name, maxConcurrent, maxWaiting = 0, maxWaitMs } = options;
  const slots = new Slots({
    size: checkNumber(`${name}.maxConcurrent`, maxConcurrent, { min: 1, integer: true }),
    maxWaiters: checkLimit(`${name}.maxWaiting`, maxWaiting, { min: 0, integer: true }),
    maxWaitMs: checkLimit(`${name}.maxWaitMs`, maxWaitMs, { min: 0, exclusiveMin: true }),
    full: () => new BulkheadFullError(name, maxConcurrent, maxWaiting),
    late: () => new BulkheadTimeoutError(name, maxWaitMs),
  });

  return {
    name,
    metrics() {
      const { size, inUse, acquired, ...others } = slots.metrics();
      return { maxConcurrent: size, running: inUse, started: acquired, ...others };
    },
    async execute(fn, signal = neverAborted) {
      const slot = await slots.acquire(signal === neverAborted ? undefined : signal);
      try {
        return await fn({ signal });
      } finally {
        slot.release();
      }
    },
  };
}
