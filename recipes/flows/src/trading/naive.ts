import { type Client, withTimeout } from '@firedrill/core/services';
import { answerOf } from './flow.ts';
import { OrderBook } from './order-book.ts';
import type { BookEvent } from './order.ts';
import type { TradingServices } from './services.ts';
import { venueOptions } from './house-rules.ts';
import type { Command } from './venue.ts';

type Outside = {
  readonly [Name in keyof TradingServices]: Client<TradingServices[Name]['operations']>;
};

/**
 * The order of things as it is often drawn: match, execute, settle, and check the risk at the end. A
 * command that comes twice is two; risk is looked at when the shares are bought; a settlement without
 * an answer is sent again under a new reference, three times, and then forgotten.
 */
export function naiveExchange({ clearing, journal, traders }: Outside, now: () => number) {
  const house = withTimeout(clearing, 2_000);
  const books = new Map<string, { book: OrderBook; sequence: number }>();
  const positions = new Map<string, number>();
  const alerts: string[] = [];
  const open = new Set<Promise<unknown>>();
  let orders = 0;
  /** The exchange's own id of an order, by the trader's. */
  const ids = new Map<string, string>();

  const inBackground = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => open.delete(done));
    open.add(done);
  };

  async function settle(instrument: string, event: BookEvent): Promise<void> {
    if (event.type !== 'trade.executed') return;
    const { buyer, seller, quantity, priceTicks } = event;
    const tradeId = `${instrument}-${event.trade}`;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      try {
        const reference = `${tradeId}/${attempt}`;
        await house.settle({ reference, tradeId, instrument, buyer, seller, quantity, priceTicks });
        break;
      } catch {
        // Perhaps it works the next time.
      }
    }
    for (const [account, by] of [
      [buyer, quantity],
      [seller, -quantity],
    ] as const) {
      const position = (positions.get(`${account} ${instrument}`) ?? 0) + by;
      positions.set(`${account} ${instrument}`, position);
      if (Math.abs(position) > venueOptions.limits.maxPosition) alerts.push(account);
    }
  }

  function run(book: OrderBook, command: Command): readonly BookEvent[] {
    if (command.do === 'submit') {
      orders += 1;
      ids.set(command.order.id, `order-${orders}`);
      return book.submit({ ...command.order, id: `order-${orders}` });
    }
    const id = ids.get(command.orderId) ?? command.orderId;
    if (command.do === 'cancel') return book.cancel(id);
    return book.replace(id, command.quantity, command.priceTicks);
  }

  return {
    take(id: string, instrument: string, command: Command): void {
      const held = books.get(instrument) ?? { book: new OrderBook(), sequence: 0 };
      books.set(instrument, held);
      const events = run(held.book, command);
      held.sequence += 1;
      const { sequence } = held;
      inBackground(
        withTimeout(journal, 1_000).append({
          id,
          instrument,
          sequence,
          atMs: now(),
          command,
          events,
        }),
      );
      inBackground(withTimeout(traders, 1_000).report({ id, answer: answerOf(events) }));
      for (const event of events) inBackground(settle(instrument, event));
    },
    async onIdle(): Promise<void> {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
