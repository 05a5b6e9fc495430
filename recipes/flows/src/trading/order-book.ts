import type { BookEvent, BookSnapshot, Order, RejectReason, Side } from './order.ts';
import { PriceLadder, type Waiting } from './price-ladder.ts';

/**
 * What happens when an order meets one of its own account: the incoming one is dropped, the
 * waiting one is dropped, both are, or both shrink by what would have traded.
 */
export type SelfTradePrevention = 'cancel-newest' | 'cancel-oldest' | 'cancel-both' | 'decrement';

export interface OrderBookOptions {
  /** Default `cancel-newest`: who is in the line keeps the place. */
  readonly selfTrade?: SelfTradePrevention;
}

type Events = BookEvent[];

/**
 * A book of one instrument with price-time priority: the best price trades first, and at one
 * price whoever came first. It is a pure state machine over integers, without clock or chance:
 * the same commands give the same events.
 */
export class OrderBook {
  readonly #selfTrade: SelfTradePrevention;
  readonly #sides = { buy: new PriceLadder('buy'), sell: new PriceLadder('sell') };
  /**
   * Every order that was ever accepted: the one that waits, or whose account it was. An id is never
   * used again, so that this is what grows; one map, because each costs a miss of the cache an order.
   */
  readonly #orders = new Map<string, Waiting | string>();
  #trades = 0;

  constructor({ selfTrade = 'cancel-newest' }: OrderBookOptions = {}) {
    this.#selfTrade = selfTrade;
  }

  submit(order: Order): readonly BookEvent[] {
    const refusal = this.#refusal(order);
    if (refusal) return [rejected('order.rejected', order.id, refusal)];
    const { id, account, side, quantity } = order;
    const priceTicks = order.kind === 'market' ? undefined : order.priceTicks;
    const events: Events = [
      { type: 'order.accepted', orderId: id, account, side, quantity, priceTicks },
    ];
    if (order.kind === 'fok' && this.#fillable(order, order.priceTicks) < quantity) {
      this.#orders.set(id, account);
      events.push(cancelled(id, quantity, 'not-fillable'));
      return events;
    }
    const taker = newcomer(id, account, side, priceTicks ?? anyPrice(side), quantity);
    this.#match(taker, events);
    if (taker.remaining === 0) this.#orders.set(id, account);
    else if (order.kind === 'limit' || order.kind === 'post-only') this.#rest(taker);
    else {
      this.#orders.set(id, account);
      events.push(cancelled(id, taker.remaining, 'unfilled'));
    }
    return events;
  }

  cancel(orderId: string): readonly BookEvent[] {
    const order = this.#orders.get(orderId);
    if (typeof order !== 'object') return [rejected('cancel.rejected', orderId, missing(order))];
    this.#leave(order);
    return [cancelled(orderId, order.remaining, 'requested')];
  }

  /**
   * Changes price and total quantity of a waiting order. What is filled stays filled: a total of
   * 100 for an order that has traded 40 leaves 60. Fewer shares at the same price keep the place
   * in the line; everything else goes to its end, and may trade on the way.
   */
  replace(orderId: string, quantity: number, priceTicks: number): readonly BookEvent[] {
    const order = this.#orders.get(orderId);
    const reject = (reason: RejectReason) => [rejected('replace.rejected', orderId, reason)];
    if (typeof order !== 'object') return reject(missing(order));
    if (!isWhole(quantity)) return reject('bad-quantity');
    if (!isWhole(priceTicks)) return reject('bad-price');
    const filled = order.quantity - order.remaining;
    if (quantity <= filled) return reject('already-filled');
    const keepsPlace = priceTicks === order.priceTicks && quantity <= order.quantity;
    const events: Events = [{ type: 'order.replaced', orderId, priceTicks, quantity, keepsPlace }];
    if (keepsPlace) {
      order.quantity = quantity;
      order.remaining = quantity - filled;
      return events;
    }
    this.#leave(order);
    order.priceTicks = priceTicks;
    order.quantity = quantity;
    order.remaining = quantity - filled;
    this.#match(order, events);
    if (order.remaining > 0) this.#rest(order);
    return events;
  }

  /** Whose order it is or was; undefined when none with this id was ever accepted. */
  accountOf(orderId: string): string | undefined {
    const order = this.#orders.get(orderId);
    return typeof order === 'object' ? order.account : order;
  }

  snapshot(): BookSnapshot {
    return { buy: this.#sides.buy.snapshot(), sell: this.#sides.sell.snapshot() };
  }

  #refusal(order: Order): RejectReason | undefined {
    if (!isWhole(order.quantity)) return 'bad-quantity';
    if (order.kind !== 'market' && !isWhole(order.priceTicks)) return 'bad-price';
    if (this.#orders.has(order.id)) return 'duplicate-id';
    if (order.kind === 'post-only') {
      const best = this.#sides[opposite(order.side)].best();
      if (best && crosses(order.side, order.priceTicks, best.priceTicks)) return 'would-take';
    }
    return undefined;
  }

  /** Trades a newcomer against the other side until nothing crosses or nothing is left. */
  #match(taker: Waiting, events: Events): void {
    const makers = this.#sides[opposite(taker.side)];
    while (taker.remaining > 0) {
      const maker = makers.best()?.first;
      if (!maker || !crosses(taker.side, taker.priceTicks, maker.priceTicks)) return;
      if (maker.account === taker.account) this.#preventSelfTrade(maker, taker, events);
      else this.#trade(maker, taker, events);
    }
  }

  #trade(maker: Waiting, taker: Waiting, events: Events): void {
    const quantity = Math.min(maker.remaining, taker.remaining);
    const [buyer, seller] =
      taker.side === 'buy' ? [taker.account, maker.account] : [maker.account, taker.account];
    this.#trades += 1;
    events.push({
      type: 'trade.executed',
      trade: this.#trades,
      makerId: maker.id,
      takerId: taker.id,
      buyer,
      seller,
      priceTicks: maker.priceTicks,
      quantity,
    });
    taker.remaining -= quantity;
    maker.remaining -= quantity;
    if (maker.remaining === 0) this.#leave(maker);
  }

  #preventSelfTrade(maker: Waiting, taker: Waiting, events: Events): void {
    const policy = this.#selfTrade;
    if (policy === 'decrement') {
      const by = Math.min(maker.remaining, taker.remaining);
      for (const order of [maker, taker]) {
        order.remaining -= by;
        order.quantity -= by;
        events.push({ type: 'order.reduced', orderId: order.id, by });
      }
      if (maker.remaining === 0) this.#leave(maker);
      return;
    }
    if (policy !== 'cancel-newest') {
      this.#leave(maker);
      events.push(cancelled(maker.id, maker.remaining, 'self-trade'));
    }
    if (policy !== 'cancel-oldest') {
      events.push(cancelled(taker.id, taker.remaining, 'self-trade'));
      taker.remaining = 0;
    }
  }

  /**
   * Shares that a newcomer could trade at once. Its own account's orders are skipped where they
   * would be dropped, and end the count where the newcomer would be dropped or shrink.
   */
  #fillable(order: Order, priceTicks: number): number {
    let fillable = 0;
    for (const level of this.#sides[opposite(order.side)].fromBest()) {
      if (!crosses(order.side, priceTicks, level.priceTicks)) break;
      for (let maker = level.first; maker; maker = maker.after) {
        if (maker.account !== order.account) fillable += maker.remaining;
        else if (this.#selfTrade !== 'cancel-oldest') return fillable;
        if (fillable >= order.quantity) return fillable;
      }
    }
    return fillable;
  }

  #rest(order: Waiting): void {
    this.#sides[order.side].append(order);
    this.#orders.set(order.id, order);
  }

  #leave(order: Waiting): void {
    this.#sides[order.side].remove(order);
    this.#orders.set(order.id, order.account);
  }
}

/** Why an order is not in the line: what the book has in its place says it. */
const missing = (account: string | undefined): RejectReason =>
  account === undefined ? 'unknown-order' : 'no-longer-open';

const isWhole = (value: number) => Number.isSafeInteger(value) && value > 0;

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');

const anyPrice = (side: Side) => (side === 'buy' ? Infinity : -Infinity);

function crosses(takerSide: Side, takerTicks: number, makerTicks: number): boolean {
  return takerSide === 'buy' ? takerTicks >= makerTicks : takerTicks <= makerTicks;
}

function newcomer(
  id: string,
  account: string,
  side: Side,
  priceTicks: number,
  quantity: number,
): Waiting {
  return {
    id,
    account,
    side,
    priceTicks,
    quantity,
    remaining: quantity,
    level: undefined,
    before: undefined,
    after: undefined,
  };
}

function cancelled(
  orderId: string,
  remaining: number,
  reason: 'requested' | 'unfilled' | 'not-fillable' | 'self-trade',
): BookEvent {
  return { type: 'order.cancelled', orderId, remaining, reason };
}

function rejected(
  type: 'order.rejected' | 'cancel.rejected' | 'replace.rejected',
  orderId: string,
  reason: RejectReason,
): BookEvent {
  return { type, orderId, reason };
}
