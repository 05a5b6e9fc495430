/**
 * A microsecond, in milliseconds: how far a bucket may be overdrawn. A caller that comes back after
 * exactly the time it was told would else be refused by a rounding error of the clock's fractions.
 */
const TOLERANCE_MS = 1e-3;

/**
 * A token bucket in one number, told the time by its caller: the generic cell rate algorithm, which
 * keeps the time at which the bucket will be full again instead of a level and when it was taken.
 *
 * Source: ITU-T Recommendation I.371, annex A, virtual scheduling; as a rate limiter, Brandur Leach,
 * "Rate Limiting, Cells, and GCRA", 2015.
 */
export class TokenBucket {
  readonly #tokenMs: number;
  readonly #capacityMs: number;
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor(ratePerSecond: number, burst: number) {
    this.#tokenMs = 1_000 / ratePerSecond;
    this.#capacityMs = burst * this.#tokenMs;
  }

  /**
   * Whole milliseconds until `tokens` are there, 0 when they are. Waiting so long always suffices
   * when nobody else takes any.
   */
  waitMs(tokens: number, nowMs: number): number {
    const waitMs = this.#after(tokens, nowMs) - this.#capacityMs - nowMs;
    return waitMs <= TOLERANCE_MS ? 0 : Math.ceil(waitMs - TOLERANCE_MS / 2);
  }

  /** Takes tokens whether they are there or not. */
  take(tokens: number, nowMs: number): void {
    this.#fullAtMs = this.#after(tokens, nowMs);
  }

  #after(tokens: number, nowMs: number): number {
    return Math.max(this.#fullAtMs, nowMs) + tokens * this.#tokenMs;
  }
}
