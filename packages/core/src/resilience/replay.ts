import { checkLimit } from './option-checks.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';

/** Which letters are delivered again, and how fast. */
export interface ReplayOptions<Letter> {
  /** Letters started per second at most. Default: no limit. */
  readonly ratePerSecond?: number;
  /** Letters in the hands of the handler at once; `Infinity` is no limit. Default 1. */
  readonly concurrency?: number;
  /** Which letters to replay. Default: all. */
  readonly filter?: (letter: Letter) => boolean;
  /** Starts no further letter once aborted; those that were started are waited for. */
  readonly signal?: AbortSignal;
}

/** How a replay ended. */
export interface ReplayReport {
  /** Letters that succeeded and left. */
  readonly replayed: number;
  /** Letters that failed and stayed. */
  readonly failed: number;
  /** Letters that are kept at the end, whether they were replayed or not. */
  readonly remaining: number;
}

/**
 * Runs `deliver` over `items` in order, within the limits of `options`, and counts its answers.
 *
 * @throws RangeError on an option out of range, before anything is delivered.
 */
export async function replayLetters<Item>(
  items: readonly Item[],
  options: Omit<ReplayOptions<never>, 'filter'>,
  deliver: (item: Item) => Promise<boolean>,
): Promise<Pick<ReplayReport, 'replayed' | 'failed'>> {
  const { ratePerSecond, signal } = options;
  const concurrency = checkLimit('concurrency', options.concurrency ?? 1, {
    min: 1,
    integer: true,
  });
  const pace = ratePerSecond === undefined ? undefined : paceOf(ratePerSecond);
  const queue = items.values();
  let replayed = 0;
  let failed = 0;

  async function work(): Promise<void> {
    for (const item of queue) {
      if (!(await mayStart(pace, signal))) return;
      if (await deliver(item)) replayed += 1;
      else failed += 1;
    }
  }

  const workers = Math.min(concurrency, items.length);
  await Promise.all(Array.from({ length: workers }, work));
  return { replayed, failed };
}

function paceOf(ratePerSecond: number): RateLimiter {
  return createRateLimiter({ ratePerSecond, burst: 1, maxKeys: 1 });
}

async function mayStart(
  pace: RateLimiter | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (signal?.aborted === true) return false;
  if (pace === undefined) return true;
  return pace.take('replay', {
    maxWaitMs: Infinity,
    ...(signal === undefined ? {} : { signal }),
  });
}
