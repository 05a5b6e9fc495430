import { checkNumber } from '../option-checks.ts';
import { reachesRatio } from '../ratio.ts';

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
  /** What was counted; `undefined` when there is nothing to remember. */
  readonly save: (nowMs: number) => SavedCount | undefined;
  /** Takes over what a counter of the same kind saved; another kind's says nothing here. */
  readonly restore: (saved: SavedCount, nowMs: number) => void;
}

/** What a closed breaker has counted, as plain data. */
export type SavedCount =
  | { readonly kind: 'consecutive'; readonly failures: number }
  | { readonly kind: 'ratio'; readonly slices: readonly SavedSlice[] };

/** The calls of one tenth of the window. */
export interface SavedSlice {
  /** How long ago it ended, in milliseconds. */
  readonly ageMs: number;
  readonly calls: number;
  readonly failures: number;
}

/**
 * Checks a threshold and returns what makes a fresh counter for it.
 *
 * @throws RangeError on a figure out of range.
 */
export function failureCounters(threshold: FailureThreshold): () => FailureCounter {
  if (typeof threshold !== 'object' || threshold === null) {
    throw new RangeError(
      `failureThreshold must be { consecutive } or { ratio, minimumCalls, windowMs }, got ${String(threshold)}`,
    );
  }
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

  save(): SavedCount | undefined {
    return this.#failures === 0 ? undefined : { kind: 'consecutive', failures: this.#failures };
  }

  restore(saved: SavedCount): void {
    if (saved.kind === 'consecutive') this.#failures = saved.failures;
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
    return (
      this.#calls >= this.#minimumCalls && reachesRatio(this.#failures, this.#calls, this.#ratio)
    );
  }

  save(nowMs: number): SavedCount | undefined {
    const newest = Math.floor(nowMs / this.#sliceMs);
    this.#expire(newest);
    const slices: SavedSlice[] = [];
    for (let slice = newest - SLICES + 1; slice <= newest; slice += 1) {
      const place = placeOf(slice);
      const calls = this.#slices[place] ?? 0;
      const failures = this.#slices[place + 1] ?? 0;
      const ageMs = Math.max(0, nowMs - (slice + 1) * this.#sliceMs);
      if (calls > 0) slices.push({ ageMs, calls, failures });
    }
    return slices.length === 0 ? undefined : { kind: 'ratio', slices };
  }

  restore(saved: SavedCount, nowMs: number): void {
    if (saved.kind !== 'ratio') return;
    const newest = Math.floor(nowMs / this.#sliceMs);
    this.#expire(newest);
    for (const { ageMs, calls, failures } of saved.slices) {
      const slice = Math.floor((nowMs - ageMs) / this.#sliceMs);
      if (slice > newest - SLICES) this.#add(slice, calls, failures);
    }
  }

  #record(nowMs: number, failures: 0 | 1): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    this.#expire(slice);
    this.#add(slice, 1, failures);
  }

  #add(slice: number, calls: number, failures: number): void {
    const place = placeOf(slice);
    this.#slices[place] = (this.#slices[place] ?? 0) + calls;
    this.#slices[place + 1] = (this.#slices[place + 1] ?? 0) + failures;
    this.#calls += calls;
    this.#failures += failures;
  }

  /** Empties every slice that has left the window, also those in which nothing happened. */
  #expire(slice: number): void {
    const first = Math.max(this.#newest + 1, slice - SLICES + 1);
    for (let expired = first; expired <= slice; expired += 1) {
      const place = placeOf(expired);
      this.#calls -= this.#slices[place] ?? 0;
      this.#failures -= this.#slices[place + 1] ?? 0;
      this.#slices[place] = 0;
      this.#slices[place + 1] = 0;
    }
    this.#newest = slice;
  }
}

/** Also for a slice before the clock's epoch, as a restored one may be. */
function placeOf(slice: number): number {
  return (((slice % SLICES) + SLICES) % SLICES) * 2;
}
