export interface VolatilityLimits {
  /** A trade farther from the reference price than this halts trading, in basis points of it. */
  readonly bandBasisPoints: number;
  /** The reference price is that of the last trade before this span began, milliseconds. */
  readonly referenceMs: number;
  /** How long a halt lasts, milliseconds. */
  readonly haltMs: number;
}

/**
 * Halts an instrument when its price moves too far too fast (a circuit breaker in the exchange's
 * sense of the word). While halted no order enters; cancels are always accepted.
 */
export class VolatilityGuard {
  readonly #limits: VolatilityLimits;
  /** Last price of each span that had trades, and when the span began. */
  #spanStartMs: number;
  #referenceTicks: number;
  #lastTicks: number;
  #haltedUntilMs = -Infinity;

  constructor(limits: VolatilityLimits, openingTicks: number, nowMs: number) {
    this.#limits = limits;
    this.#spanStartMs = nowMs;
    this.#referenceTicks = openingTicks;
    this.#lastTicks = openingTicks;
  }

  /** When the last halt ends or ended, milliseconds. */
  get haltedUntilMs(): number {
    return this.#haltedUntilMs;
  }

  isHalted(nowMs: number): boolean {
    return nowMs < this.#haltedUntilMs;
  }

  referenceTicks(nowMs: number): number {
    this.#advance(nowMs);
    return this.#referenceTicks;
  }

  /** Says true when this trade halts the instrument. */
  onTrade(priceTicks: number, nowMs: number): boolean {
    this.#advance(nowMs);
    this.#lastTicks = priceTicks;
    const away = Math.abs(priceTicks - this.#referenceTicks);
    if (away * 10_000 <= this.#referenceTicks * this.#limits.bandBasisPoints) return false;
    this.#haltedUntilMs = nowMs + this.#limits.haltMs;
    // It reopens at the price that stopped it: the old reference would stop it again at once.
    this.#referenceTicks = priceTicks;
    this.#spanStartMs = this.#haltedUntilMs;
    return true;
  }

  /** Halts by hand, until the given instant. */
  halt(untilMs: number): void {
    this.#haltedUntilMs = Math.max(this.#haltedUntilMs, untilMs);
  }

  #advance(nowMs: number): void {
    if (nowMs - this.#spanStartMs < this.#limits.referenceMs) return;
    this.#referenceTicks = this.#lastTicks;
    this.#spanStartMs = nowMs;
  }
}
