/** For how long ids of events and keys of what is done are remembered at least, in ms: a week. */
export const defaultRememberMs = 7 * 24 * 3_600_000;

/**
 * A set that forgets: what was added is known for at least `rememberMs`, and for at most twice as long.
 * It keeps two generations, so that nothing has to be sorted by age.
 */
export class RecentSet {
  readonly #rememberMs: number;
  readonly #now: () => number;
  #young = new Set<string>();
  #old = new Set<string>();
  #sinceMs: number;

  /** @throws RangeError unless `rememberMs` is above 0. */
  constructor(rememberMs: number, now: () => number) {
    if (!(rememberMs > 0)) {
      throw new RangeError(`rememberMs is ${rememberMs}. Use milliseconds above 0.`);
    }
    this.#rememberMs = rememberMs;
    this.#now = now;
    this.#sinceMs = now();
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** Adds it; false when it was known. */
  add(key: string): boolean {
    this.#forget();
    if (this.#old.has(key)) return false;
    // One search instead of two.
    const before = this.#young.size;
    this.#young.add(key);
    return this.#young.size > before;
  }

  #forget(): void {
    const nowMs = this.#now();
    if (nowMs - this.#sinceMs >= this.#rememberMs) {
      const isAllOld = nowMs - this.#sinceMs >= 2 * this.#rememberMs;
      this.#old = isAllOld ? new Set() : this.#young;
      this.#young = new Set();
      this.#sinceMs = nowMs;
    }
  }
}
