/** More addresses than these in one window are an attack: no further one gets in before it is over. */
const mostAddresses = 2_000;

export interface RateLimitOptions {
  /** How often each address may in one window. */
  readonly most: number;
  readonly windowMs: number;
  /** Default: the monotonic clock. */
  readonly nowMs?: () => number;
}

/** Counts by address in windows of a fixed length; its memory is bounded. */
export class RateLimit {
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  readonly #windowMs: number;
  readonly #nowMs: () => number;
  #window = -1;

  constructor({ most, windowMs, nowMs = () => performance.now() }: RateLimitOptions) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#nowMs = nowMs;
  }

  /** Whether this address has used up its window. */
  isSpent(address: string): boolean {
    this.#turn();
    const count = this.#counts.get(address);
    return count === undefined ? this.#counts.size >= mostAddresses : count >= this.#most;
  }

  /** Counts one of this address. */
  count(address: string): void {
    this.#turn();
    if (this.#counts.has(address) || this.#counts.size < mostAddresses)
      this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  #turn(): void {
    const window = Math.floor(this.#nowMs() / this.#windowMs);
    if (window === this.#window) return;
    this.#window = window;
    this.#counts.clear();
  }
}
