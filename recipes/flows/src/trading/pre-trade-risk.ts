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
  /** Shares owned; negative when owed. */
  position: number;
  openBuy: number;
  openSell: number;
  /** When the latest orders came, oldest first, milliseconds; a ring of `maxOrdersPerSecond`. */
  readonly arrivals: number[];
  next: number;
}

interface Open {
  readonly account: string;
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
    const { account, side, quantity } = order;
    if (!this.#isWithinRate(account, nowMs)) return 'order-rate';
    if (quantity > this.#limits.maxOrderQuantity) return 'order-quantity';
    if (order.kind !== 'market' && !this.#isWithinCollar(order.priceTicks, referenceTicks)) {
      return 'price-collar';
    }
    return this.#isWithinPosition(account, side, quantity) ? undefined : 'position';
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
    if (!this.#isWithinRate(order.account, nowMs)) return 'order-rate';
    if (quantity > this.#limits.maxOrderQuantity) return 'order-quantity';
    if (!this.#isWithinCollar(priceTicks, referenceTicks)) return 'price-collar';
    const added = quantity - order.quantity;
    if (added <= 0 || this.#isWithinPosition(order.account, order.side, added)) return undefined;
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
        const { account, side, quantity } = event;
        this.#open.set(event.orderId, { account, side, quantity, remaining: quantity });
        this.#addOpen(account, side, quantity);
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
    this.#exposure(order.account).position += order.side === 'buy' ? quantity : -quantity;
    this.#addOpen(order.account, order.side, -quantity);
    order.remaining -= quantity;
    if (order.remaining === 0) this.#open.delete(orderId);
  }

  /** Less (or, when negative, more) of an order is open and counts in its total. */
  #shrink(orderId: string, by: number): void {
    const order = this.#open.get(orderId);
    if (!order) return;
    this.#addOpen(order.account, order.side, -by);
    order.quantity -= by;
    order.remaining -= by;
    if (order.remaining === 0) this.#open.delete(orderId);
  }

  #addOpen(account: string, side: Side, quantity: number): void {
    const exposure = this.#exposure(account);
    if (side === 'buy') exposure.openBuy += quantity;
    else exposure.openSell += quantity;
  }

  #isWithinPosition(account: string, side: Side, quantity: number): boolean {
    const { position, openBuy, openSell } = this.#exposure(account);
    const worst = side === 'buy' ? position + openBuy + quantity : openSell + quantity - position;
    return worst <= this.#limits.maxPosition;
  }

  #isWithinCollar(priceTicks: number, referenceTicks: number): boolean {
    const away = Math.abs(priceTicks - referenceTicks);
    return away * 10_000 <= referenceTicks * this.#limits.collarBasisPoints;
  }

  #isWithinRate(account: string, nowMs: number): boolean {
    const exposure = this.#exposure(account);
    const { arrivals, next } = exposure;
    const most = this.#limits.maxOrdersPerSecond;
    // What stands at `next` is the arrival as many orders ago as one second allows.
    const earliest = arrivals[next];
    if (earliest !== undefined && nowMs - earliest < 1000) return false;
    arrivals[next] = nowMs;
    exposure.next = (next + 1) % most;
    return true;
  }

  #exposure(account: string): Exposure {
    let exposure = this.#exposures.get(account);
    if (!exposure) {
      exposure = { position: 0, openBuy: 0, openSell: 0, arrivals: [], next: 0 };
      this.#exposures.set(account, exposure);
    }
    return exposure;
  }
}
