import type { Order, RestingOrder, Side } from './order.ts';

type ModelOrder = {
  id: string;
  account: string;
  side: Side;
  price: number;
  total: number;
  left: number;
};

export interface ModelFill {
  readonly maker: string;
  readonly taker: string;
  readonly price: number;
  readonly quantity: number;
}

const whole = (value: number) => Number.isSafeInteger(value) && value > 0;

/**
 * The model: one list of orders as they came, searched whole at every step for whoever trades
 * next. Slow, and short enough to be right at sight. It knows one policy, `cancel-newest`.
 */
export class ModelBook {
  orders: ModelOrder[] = [];
  readonly fills: ModelFill[] = [];
  readonly #seen = new Set<string>();

  submit(order: Order): void {
    if (!whole(order.quantity) || this.#seen.has(order.id)) return;
    if (order.kind !== 'market' && !whole(order.priceTicks)) return;
    const price =
      order.kind === 'market' ? (order.side === 'buy' ? Infinity : 0) : order.priceTicks;
    const taker: ModelOrder = {
      id: order.id,
      account: order.account,
      side: order.side,
      price,
      total: order.quantity,
      left: order.quantity,
    };
    if (order.kind === 'post-only' && this.#next(taker)) return;
    this.#seen.add(order.id);
    if (order.kind === 'fok') {
      const trial = new ModelBook();
      trial.orders = this.orders.map((resting) => ({ ...resting }));
      const rehearsed = { ...taker };
      trial.#trade(rehearsed);
      if (rehearsed.left > 0 || trial.fills.length === 0 || rehearsed.total !== taker.total) return;
    }
    this.#trade(taker);
    if (taker.left > 0 && (order.kind === 'limit' || order.kind === 'post-only')) {
      this.orders.push(taker);
    }
  }

  cancel(id: string): void {
    this.orders = this.orders.filter((order) => order.id !== id);
  }

  replace(id: string, total: number, price: number): void {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (!order || total <= order.total - order.left) return;
    const staysInPlace = price === order.price && total <= order.total;
    order.left += total - order.total;
    order.total = total;
    order.price = price;
    if (staysInPlace) return;
    this.cancel(id);
    this.#trade(order);
    if (order.left > 0) this.orders.push(order);
  }

  resting(side: Side): RestingOrder[] {
    const sign = side === 'buy' ? -1 : 1;
    return this.orders
      .filter((order) => order.side === side)
      .toSorted((a, b) => sign * (a.price - b.price))
      .map(({ id, price, left }) => ({ orderId: id, priceTicks: price, remaining: left }));
  }

  #trade(taker: ModelOrder): void {
    for (let maker = this.#next(taker); taker.left > 0 && maker; maker = this.#next(taker)) {
      if (maker.account === taker.account) {
        taker.total -= taker.left;
        taker.left = 0;
        return;
      }
      const quantity = Math.min(maker.left, taker.left);
      this.fills.push({ maker: maker.id, taker: taker.id, price: maker.price, quantity });
      maker.left -= quantity;
      taker.left -= quantity;
      this.orders = this.orders.filter((order) => order.left > 0);
    }
  }

  /** The best of the other side that crosses; of equals, the first in the list. */
  #next(taker: ModelOrder): ModelOrder | undefined {
    let best: ModelOrder | undefined;
    for (const order of this.orders) {
      if (order.side === taker.side) continue;
      const buys = taker.side === 'buy';
      if (buys ? order.price > taker.price : order.price < taker.price) continue;
      if (!best || (buys ? order.price < best.price : order.price > best.price)) best = order;
    }
    return best;
  }
}
