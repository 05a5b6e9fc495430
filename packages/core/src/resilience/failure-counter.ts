import { checkNumber } from './option-checks.ts';

/**
 * When a breaker opens: after so many failures in a row, or when a share of the recent calls failed.
 *
 * With a ratio, only the calls of the last `windowMs` count, and fewer than `minimumCalls` of them
 * prove nothing. The window moves in tenths, so that it spans between 0.9 and 1 times `windowMs`.
 */
export type FailureThreshold =
  | { readonly consecutive: number }
  | { readonly ratio: number; readonly minimumCalls: number; readonly windowMs: number };

/** Counts the outcomes of a closed breaker. `nowMs` never goes back. */
export interface FailureCounter {
  readonly recordSuccess: (nowMs: number) => void;
  /** Returns whether the threshold is reached. */
  readonly recordFailure: (nowMs: number) => boolean;
}

/**
 * Checks a threshold and returns what makes a fresh counter for it.
 *
 * @throws RangeError on a figure out of range.
 */
export function failureCounters(threshold: FailureThreshold): () => FailureCounter {
  if ('consecutive' in threshold) {
    const { consecutive } = threshold;
    checkNumber('failureThreshold.consecutive', consecutive, { min: 1, integer: true });
    return () => new ConsecutiveFailures(consecutive);
  }
  const { ratio, minimumCalls, windowMs } = threshold;
  checkNumber('failureThreshold.ratio', ratio, { min: 0, exclusiveMin: true, max: 1 });
  checkNumber('failureThreshold.minimumCalls', minimumCalls, { min: 1, integer: true });
  checkNumber('failureThreshold.windowMs', windowMs, { min: 0, exclusiveMin: true });
  return () => new FailureRatio(ratio, minimumCalls, windowMs / SLICES);
}

class ConsecutiveFailures implements FailureCounter {
  readonly #threshold: number;
  #failures = 0;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  recordSuccess(): void {
    this.#failures = 0;
  }

  recordFailure(): boolean {
    this.#failures += 1;
    return this.#failures >= this.#threshold;
  }
}

const SLICES = 10;

class FailureRatio implements FailureCounter {
  readonly #ratio: number;
  readonly #minimumCalls: number;
  readonly #sliceMs: number;
  /** Calls and failures of each slice, at twice its place in the ring and the place after. */
  readonly #slices: number[] = Array.from({ length: SLICES * 2 }, () => 0);
  /** Number of the newest slice, counted from the epoch of the clock. */
  #newest = Number.NEGATIVE_INFINITY;
  #calls = 0;
  #failures = 0;

  constructor(ratio: number, minimumCalls: number, sliceMs: number) {
    this.#ratio = ratio;
    this.#minimumCalls = minimumCalls;
    this.#sliceMs = sliceMs;
  }

  recordSuccess(nowMs: number): void {
    this.#record(nowMs, 0);
  }

  recordFailure(nowMs: number): boolean {
    this.#record(nowMs, 1);
    return this.#calls >= this.#minimumCalls && this.#failures >= this.#ratio * this.#calls;
  }

  #record(nowMs: number, failures: 0 | 1): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    this.#expire(slice);
    const place = (slice % SLICES) * 2;
    this.#slices[place] = (this.#slices[place] ?? 0) + 1;
    this.#slices[place + 1] = (this.#slices[place + 1] ?? 0) + failures;
    this.#calls += 1;
    this.#failures += failures;
  }

  /** Empties every slice that has left the window, also those in which nothing happened. */
  #expire(slice: number): void {
    const first = Math.max(this.#newest + 1, slice - SLICES + 1);
    for (let expired = first; expired <= slice; expired += 1) {
      const place = (expired % SLICES) * 2;
      this.#calls -= this.#slices[place] ?? 0;
      this.#failures -= this.#slices[place + 1] ?? 0;
      this.#slices[place] = 0;
      this.#slices[place + 1] = 0;
    }
    this.#newest = slice;
  }
}
