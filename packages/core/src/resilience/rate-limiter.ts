import { RateLimitedError } from './errors.ts';
import { checkLimit, checkNumber } from './option-checks.ts';
import { neverAborted, type Policy } from './policy.ts';
import { createSteadyClock } from './steady-clock.ts';
import { TokenBucket } from './token-bucket.ts';
import { TokenLine } from './token-line.ts';

/** Rate, burst and number of the buckets. */
export interface RateLimiterOptions {
  /** Tokens that each key gains per second. Above 0. */
  readonly ratePerSecond: number;
  /** Tokens that a key can save up, and starts with. At least 1. */
  readonly burst: number;
  /**
   * How many keys are remembered; the least recently used is forgotten first, and starts with a full
   * burst when it comes back. Keep it above the number of keys that are in use within
   * `burst / ratePerSecond` seconds, and forgetting changes nothing. Keys that are waited for are
   * never forgotten. Default 10,000.
   */
  readonly maxKeys?: number;
}

/** The answer to a request for tokens. */
export type RateDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Whole milliseconds until the tokens are there, with those who wait in line served first. */
      readonly retryAfterMs: number;
    };

/** How many tokens a caller waits for, and for how many ms. */
export interface TakeOptions {
  /**
   * Longest time to wait, in milliseconds; `Infinity` is no limit. When it cannot suffice, the answer
   * is false at once.
   */
  readonly maxWaitMs: number;
  /** Ends the wait: the answer is false, and those behind move up. */
  readonly signal?: AbortSignal;
  /** How many tokens. Default 1. */
  readonly tokens?: number;
}

/** A token bucket for each key. */
export interface RateLimiter<Key extends string = string> {
  /**
   * Takes `tokens` (default 1) from the bucket of `key` if they are there and nobody waits in line.
   *
   * @throws RangeError when `tokens` is not above 0 or exceeds the burst: it could never be granted.
   */
  readonly tryTake: (key: Key, tokens?: number) => RateDecision;
  /**
   * Waits in the line of `key`, first come, first served. Resolves to true with the tokens taken, or
   * to false with none.
   *
   * @throws RangeError as `tryTake` does.
   */
  readonly take: (key: Key, options: TakeOptions) => Promise<boolean>;
  /**
   * The bucket of `key` as a policy, for `wrap` or a hook: a call takes its tokens first. Rejects with
   * RateLimitedError when they do not come in time, and with the signal's reason when it is aborted.
   */
  readonly policy: (key: Key, options: Omit<TakeOptions, 'signal'>) => Policy;
}

const ALLOWED: RateDecision = { allowed: true };

interface Entry {
  readonly bucket: TokenBucket;
  line: TokenLine | undefined;
}

/**
 * Makes a limiter with a token bucket for each key: in any stretch of time a key is granted at most
 * `burst` tokens plus `ratePerSecond` times the stretch.
 *
 * The buckets are not those of rate-limiter-flexible, whose `RateLimiterMemory` 11.4 counts in fixed
 * windows (twice the limit passes around the edge of two), holds a timer for each key, and answers
 * with promises only.
 *
 * @throws RangeError on an option out of range.
 */
export function createRateLimiter<Key extends string = string>(
  options: RateLimiterOptions,
): RateLimiter<Key> {
  const ratePerSecond = checkNumber('ratePerSecond', options.ratePerSecond, {
    min: 0,
    exclusiveMin: true,
  });
  const burst = checkNumber('burst', options.burst, { min: 1 });
  const maxKeys = checkNumber('maxKeys', options.maxKeys ?? 10_000, { min: 1, integer: true });
  const clockMs = createSteadyClock();
  /** In order of use, the least recently used first. */
  const entries = new Map<Key, Entry>();

  function entryOf(key: Key): Entry {
    const known = entries.get(key);
    if (known !== undefined) entries.delete(key);
    const entry = known ?? { bucket: new TokenBucket(ratePerSecond, burst), line: undefined };
    entries.set(key, entry);
    if (entries.size > maxKeys) forgetOldest();
    return entry;
  }

  function forgetOldest(): void {
    for (const [key, { line }] of entries) {
      if (line !== undefined) continue;
      entries.delete(key);
      return;
    }
  }

  function checkTokens(tokens: number): number {
    return checkNumber('tokens', tokens, { min: 0, exclusiveMin: true, max: burst });
  }

  function waitMs({ bucket, line }: Entry, tokens: number, nowMs: number): number {
    return bucket.waitMs(tokens + (line?.tokens ?? 0), nowMs);
  }

  const limiter: RateLimiter<Key> = {
    tryTake(key, tokens = 1) {
      checkTokens(tokens);
      const entry = entryOf(key);
      const nowMs = clockMs();
      const retryAfterMs = waitMs(entry, tokens, nowMs);
      if (retryAfterMs > 0) return { allowed: false, retryAfterMs };
      entry.bucket.take(tokens, nowMs);
      return ALLOWED;
    },

    async take(key, { maxWaitMs, signal, tokens = 1 }) {
      checkTokens(tokens);
      checkLimit('maxWaitMs', maxWaitMs, { min: 0 });
      if (signal?.aborted === true) return false;
      const entry = entryOf(key);
      const nowMs = clockMs();
      const expectedMs = waitMs(entry, tokens, nowMs);
      if (expectedMs > maxWaitMs) return false;
      if (expectedMs === 0) {
        entry.bucket.take(tokens, nowMs);
        return true;
      }
      entry.line ??= new TokenLine(entry.bucket, clockMs, () => {
        entry.line = undefined;
      });
      return entry.line.join(tokens, signal);
    },

    policy: (key, takeOptions) => ({
      async execute(fn, signal = neverAborted) {
        signal.throwIfAborted();
        const { maxWaitMs, tokens = 1 } = takeOptions;
        const isTaken = await limiter.take(
          key,
          signal === neverAborted ? { maxWaitMs, tokens } : { maxWaitMs, tokens, signal },
        );
        signal.throwIfAborted();
        if (isTaken) return fn({ signal });
        throw new RateLimitedError(key, waitMs(entryOf(key), tokens, clockMs()));
      },
    }),
  };
  return limiter;
}
