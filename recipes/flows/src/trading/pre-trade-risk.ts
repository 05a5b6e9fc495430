import type { BookEvent, Order, Side } from './order.ts';

export interface RiskLimits {
  /** Most shares in one order. */
  readonly maxOrderQuantity: number;
  /** Most shares an account may own or owe once everything it has open were filled. */
  readonly maxPosition: number;
  /** Most orders and replacements of an account within any one second. */
  readonly maxOrdersPerSecond: number;
  /** Farthest that a price may be from the reference price, in basis points of it. */
  readonly collarBasisPoints: number;
}

export type RiskRefusal = 'order-quantity' | 'position' | 'order-rate' | 'price-collar';

interface Exposure {
  readonly account: string;
  /** Shares owned; negative when owed. */
  position: number;
  openBuy: number;
  openSell: number;
  /** When the last order came, milliseconds. */
  lastMs: number;
  /**
   * When those within a second of the last one came, oldest first; there from the second one on: most
   * accounts send one now and then.
   */
  recentMs: number[] | undefined;
}

interface Open {
  /** Of its account: a fill looks up the order, and not its account too. */
  readonly exposure: Exposure;
  readonly side: Side;
  quantity: number;
  remaining: number;
}

/**
 * Limits that are checked **before** an order reaches the book. The position counts what is open
 * as if it were filled: an account at its limit cannot get past it by ten orders at once, which
 * each alone would pass. It learns from the book's events, and from nothing else.
 */
export class PreTradeRisk {
  readonly #limits: RiskLimits;
  readonly #exposures = new Map<string, Exposure>();
  readonly #open = new Map<string, Open>();
  #latest: Exposure | undefined;

  constructor(limits: RiskLimits) {
    for (const [name, value] of Object.entries(limits)) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(`${name} is ${value}: give a whole number of at least 1.`);
      }
    }
    this.#limits = limits;
  }

  /** Why an order may not enter the book now; undefined when it may. Counts towards the rate. */
  check(order: Order, referenceTicks: number, nowMs: number): RiskRefusal | undefined {
    const { side, quantity } = order;
    const exposure = this.#exposure(order.account);
    if (!this.#isWithinRate(exposure, nowMs)) return 'order-rate';
    if (quantity > this.#limits.maxOrderQuantity) return 'order-quantity';
    if (order.kind !== 'market' && !this.#isWithinCollar(order.priceTicks, referenceTicks)) {
      return 'price-collar';
    }
    return this.#isWithinPosition(exposure, side, quantity) ? undefined : 'position';
  }

  /** The same for a replacement: what it adds to the order counts, what it takes away never fails. */
  checkReplacement(
    orderId: string,
    quantity: number,
    priceTicks: number,
    referenceTicks: number,
    nowMs: number,
  ): RiskRefusal | undefined {
    const order = this.#open.get(orderId);
    // The book refuses it: it knows why.
    if (!order) return undefined;
    if (!this.#isWithinRate(order.exposure, nowMs)) return 'order-rate';
    if (quantity > this.#limits.maxOrderQuantity) return 'order-quantity';
    if (!this.#isWithinCollar(priceTicks, referenceTicks)) return 'price-collar';
    const added = quantity - order.quantity;
    if (added <= 0 || this.#isWithinPosition(order.exposure, order.side, added)) return undefined;
    return 'position';
  }

  /**
   * A price that a market order may not go beyond, so that it cannot sweep an empty book: the
   * order enters the book as immediate-or-cancel at this price.
   */
  protectionTicks(side: Side, referenceTicks: number): number {
    const most = Math.floor((referenceTicks * this.#limits.collarBasisPoints) / 10_000);
    return side === 'buy' ? referenceTicks + most : Math.max(1, referenceTicks - most);
  }

  /** Shares an account owns; negative when it owes them. */
  position(account: string): number {
    return this.#exposures.get(account)?.position ?? 0;
  }

  apply(event: BookEvent): void {
    switch (event.type) {
      case 'order.accepted': {
        const { side, quantity } = event;
        const exposure = this.#exposure(event.account);
        this.#open.set(event.orderId, { exposure, side, quantity, remaining: quantity });
        addOpen(exposure, side, quantity);
        break;
      }
      case 'trade.executed':
        this.#fill(event.makerId, event.quantity);
        this.#fill(event.takerId, event.quantity);
        break;
      case 'order.cancelled':
        this.#shrink(event.orderId, event.remaining);
        break;
      case 'order.reduced':
        this.#shrink(event.orderId, event.by);
        break;
      case 'order.replaced': {
        const order = this.#open.get(event.orderId);
        if (order) this.#shrink(event.orderId, order.quantity - event.quantity);
        break;
      }
      case 'order.rejected':
      case 'cancel.rejected':
      case 'replace.rejected':
        break;
    }
  }

  #fill(orderId: string, quantity: number): void {
    const order = this.#open.get(orderId);
    if (!order) return;
    order.exposure.position += order.side === 'buy' ? quantity : -quantity;
    addOpen(order.exposure, order.side, -quantity);
    order.remaining -= quantity;
    if (order.remaining === 0) this.#open.delete(orderId);
  }

  /** Less (or, when negative, more) of an order is open and counts in its total. */
  #shrink(orderId: string, by: number): void {
    const order = this.#open.get(orderId);
    if (!order) return;
    addOpen(order.exposure, order.side, -by);
    order.quantity -= by;
    order.remaining -= by;
    if (order.remaining === 0) this.#open.delete(orderId);
  }

  #isWithinPosition(exposure: Exposure, side: Side, quantity: number): boolean {
    const { position, openBuy, openSell } = exposure;
    const worst = side === 'buy' ? position + openBuy + quantity : openSell + quantity - position;
    return worst <= this.#limits.maxPosition;
  }

  #isWithinCollar(priceTicks: number, referenceTicks: number): boolean {
    const away = Math.abs(priceTicks - referenceTicks);
    return away * 10_000 <= referenceTicks * this.#limits.collarBasisPoints;
  }

  #isWithinRate(exposure: Exposure, nowMs: number): boolean {
    if (nowMs - exposure.lastMs >= 1000) {
      exposure.lastMs = nowMs;
      exposure.recentMs = undefined;
      return true;
    }
    const recentMs = (exposure.recentMs ??= [exposure.lastMs]);
    while (recentMs[0] !== undefined && nowMs - recentMs[0] >= 1000) recentMs.shift();
    if (recentMs.length >= this.#limits.maxOrdersPerSecond) return false;
    recentMs.push(nowMs);
    exposure.lastMs = nowMs;
    return true;
  }

  #exposure(account: string): Exposure {
    // An order is checked, and then accepted: the second time nothing is looked up.
    if (account === this.#latest?.account) return this.#latest;
    let exposure = this.#exposures.get(account);
    if (!exposure) {
      exposure = {
        account,
        position: 0,
        openBuy: 0,
        openSell: 0,
        lastMs: -Infinity,
        recentMs: undefined,
      };
      this.#exposures.set(account, exposure);
    }
    this.#latest = exposure;
    return exposure;
  }
}

function addOpen(exposure: Exposure, side: Side, quantity: number): void {
  if (side === 'buy') exposure.openBuy += quantity;
  else exposure.openSell += quantity;
}
