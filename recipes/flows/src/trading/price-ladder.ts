import type { RestingOrder, Side } from './order.ts';

/** An order that waits in the line of its price. */
export interface Waiting {
  readonly id: string;
  readonly account: string;
  readonly side: Side;
  priceTicks: number;
  /** Shares ordered in all, and of these not yet traded. */
  quantity: number;
  remaining: number;
  level: Level | undefined;
  before: Waiting | undefined;
  after: Waiting | undefined;
}

/** All who wait at one price, first come first. */
export interface Level {
  readonly priceTicks: number;
  first: Waiting | undefined;
  last: Waiting | undefined;
}

/**
 * One side of a book: levels in an array, worst price first, so that the best is taken from the
 * end. A level is found by binary search; an order leaves its line in constant time.
 */
export class PriceLadder {
  readonly #levels: Level[] = [];
  readonly #sign: 1 | -1;

  constructor(side: Side) {
    this.#sign = side === 'buy' ? 1 : -1;
  }

  best(): Level | undefined {
    return this.#levels.at(-1);
  }

  /** Levels from the best price to the worst. */
  *fromBest(): Generator<Level> {
    for (let at = this.#levels.length - 1; at >= 0; at -= 1) {
      const level = this.#levels[at];
      if (level) yield level;
    }
  }

  /** Puts an order at the end of the line of its price. */
  append(order: Waiting): void {
    const at = this.#place(order.priceTicks);
    let level = this.#levels[at];
    if (level?.priceTicks !== order.priceTicks) {
      level = { priceTicks: order.priceTicks, first: undefined, last: undefined };
      this.#levels.splice(at, 0, level);
    }
    order.level = level;
    order.before = level.last;
    order.after = undefined;
    if (level.last) level.last.after = order;
    else level.first = order;
    level.last = order;
  }

  remove(order: Waiting): void {
    const { level, before, after } = order;
    if (!level) return;
    if (before) before.after = after;
    else level.first = after;
    if (after) after.before = before;
    else level.last = before;
    order.level = undefined;
    if (!level.first) this.#levels.splice(this.#place(level.priceTicks), 1);
  }

  snapshot(): RestingOrder[] {
    const resting: RestingOrder[] = [];
    for (const level of this.fromBest()) {
      for (let order = level.first; order; order = order.after) {
        const { id, priceTicks, remaining } = order;
        resting.push({ orderId: id, priceTicks, remaining });
      }
    }
    return resting;
  }

  /** Where the level of a price is, or belongs. */
  #place(priceTicks: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = this.#levels[middle];
      if (level && (level.priceTicks - priceTicks) * this.#sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
