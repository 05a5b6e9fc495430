import type { BookEvent, BookSnapshot, RestingOrder, Side } from './order.ts';

interface Open {
  readonly orderId: string;
  readonly side: Side;
  priceTicks: number;
  quantity: number;
  remaining: number;
}

/**
 * The book that a log of events ends with, from the events alone: nothing is matched again. It
 * shares no code with the book, so that each can be held against the other.
 *
 * @throws Error when the log speaks of an order that it never accepted.
 */
export function rebuildBook(log: Iterable<BookEvent>): BookSnapshot {
  // A map keeps the order of insertion: at one price, that is the order of the line.
  const open = new Map<string, Open>();
  const find = (orderId: string): Open => {
    const order = open.get(orderId);
    if (order) return order;
    throw new Error(
      `Failed to rebuild the book: the log speaks of order ${orderId}, which is not open there. Rebuild from the first event on.`,
    );
  };
  const take = (orderId: string, shares: number) => {
    const order = find(orderId);
    order.remaining -= shares;
    if (order.remaining === 0) open.delete(orderId);
    return order;
  };
  for (const event of log) {
    switch (event.type) {
      case 'order.accepted': {
        const { orderId, side, quantity, priceTicks = Number.NaN } = event;
        open.set(orderId, { orderId, side, priceTicks, quantity, remaining: quantity });
        break;
      }
      case 'trade.executed':
        take(event.makerId, event.quantity);
        take(event.takerId, event.quantity);
        break;
      case 'order.reduced':
        take(event.orderId, event.by).quantity -= event.by;
        break;
      case 'order.cancelled':
        open.delete(find(event.orderId).orderId);
        break;
      case 'order.replaced': {
        const order = find(event.orderId);
        order.remaining += event.quantity - order.quantity;
        order.quantity = event.quantity;
        order.priceTicks = event.priceTicks;
        if (!event.keepsPlace) {
          open.delete(event.orderId);
          open.set(event.orderId, order);
        }
        break;
      }
      case 'order.rejected':
      case 'cancel.rejected':
      case 'replace.rejected':
        break;
    }
  }
  const orders = [...open.values()];
  const line = (side: Side, sign: 1 | -1): RestingOrder[] =>
    orders
      .filter((order) => order.side === side)
      // The sort is stable: at one price the order of insertion stays.
      .toSorted((a, b) => sign * (a.priceTicks - b.priceTicks))
      .map(({ orderId, priceTicks, remaining }) => ({ orderId, priceTicks, remaining }));
  return { buy: line('buy', -1), sell: line('sell', 1) };
}
