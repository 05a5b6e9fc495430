import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelBook } from './model-book.ts';
import { type Command, commands } from '../../test/trading-commands.ts';
import { OrderBook, type SelfTradePrevention } from './order-book.ts';
import type { BookEvent, Order, Side, Terms } from './order.ts';
import { rebuildBook } from './rebuild-book.ts';

/** In the night ten thousand sequences are drawn, in a test fewer. */
const numRuns = Number(process.env['FLOWS_SEQUENCES'] ?? 300);

const limit = (id: string, side: Side, quantity: number, priceTicks: number): Order => ({
  id,
  account: `of-${id}`,
  side,
  quantity,
  kind: 'limit',
  priceTicks,
});

const order = (id: string, side: Side, quantity: number, terms: Terms): Order => ({
  id,
  account: `of-${id}`,
  side,
  quantity,
  ...terms,
});

const trades = (events: readonly BookEvent[]) =>
  events
    .filter((event) => event.type === 'trade.executed')
    .map(({ makerId, quantity, priceTicks }) => [makerId, quantity, priceTicks]);

const isSelfTrade = (event: BookEvent) =>
  event.type === 'trade.executed' && event.buyer === event.seller;

const run = (book: OrderBook, command: Command): readonly BookEvent[] => {
  switch (command.do) {
    case 'submit':
      return book.submit(command.order);
    case 'cancel':
      return book.cancel(command.id);
    case 'replace':
      return book.replace(command.id, command.quantity, command.priceTicks);
    default:
      return command satisfies never;
  }
};

describe('the order book', () => {
  it('trades the best price first, and at one price whoever came first', () => {
    const book = new OrderBook();
    for (const [id, price] of [
      ['late-good', 101],
      ['first', 100],
      ['second', 100],
    ] as const) {
      book.submit(limit(id, 'sell', 5, price));
    }
    expect(trades(book.submit(limit('taker', 'buy', 12, 101)))).toEqual([
      ['first', 5, 100],
      ['second', 5, 100],
      ['late-good', 2, 101],
    ]);
  });

  it('drops what an immediate order and a market order cannot fill', () => {
    for (const terms of [{ kind: 'ioc', priceTicks: 100 }, { kind: 'market' }] as const) {
      const book = new OrderBook();
      book.submit(limit('maker', 'sell', 4, 100));
      expect(book.submit(order('taker', 'buy', 10, terms)).at(-1)).toEqual({
        type: 'order.cancelled',
        orderId: 'taker',
        remaining: 6,
        reason: 'unfilled',
      });
      expect(book.snapshot()).toEqual({ buy: [], sell: [] });
    }
  });

  it('fills a fill-or-kill order whole, over several prices, or not at all', () => {
    const book = new OrderBook();
    book.submit(limit('a', 'sell', 4, 100));
    book.submit(limit('b', 'sell', 4, 101));
    const kill = book.submit(order('kill', 'buy', 9, { kind: 'fok', priceTicks: 101 }));
    expect(trades(kill)).toEqual([]);
    expect(kill.at(-1)).toMatchObject({ type: 'order.cancelled', reason: 'not-fillable' });
    const fill = book.submit(order('fill', 'buy', 8, { kind: 'fok', priceTicks: 101 }));
    expect(trades(fill)).toHaveLength(2);
  });

  it('refuses a post-only order that would take, and rests one that would not', () => {
    const book = new OrderBook();
    book.submit(limit('maker', 'sell', 4, 100));
    const taking = order('taking', 'buy', 4, { kind: 'post-only', priceTicks: 100 });
    expect(book.submit(taking)).toEqual([
      { type: 'order.rejected', orderId: 'taking', reason: 'would-take' },
    ]);
    book.submit(order('resting', 'buy', 4, { kind: 'post-only', priceTicks: 99 }));
    expect(book.snapshot().buy).toEqual([{ orderId: 'resting', priceTicks: 99, remaining: 4 }]);
  });

  it('keeps the place in the line for fewer shares, and for nothing else', () => {
    const fewer = new OrderBook();
    const more = new OrderBook();
    for (const book of [fewer, more]) {
      book.submit(limit('first', 'buy', 10, 100));
      book.submit(limit('second', 'buy', 10, 100));
    }
    fewer.replace('first', 5, 100);
    more.replace('first', 11, 100);
    expect(fewer.snapshot().buy.map(({ orderId }) => orderId)).toEqual(['first', 'second']);
    expect(more.snapshot().buy.map(({ orderId }) => orderId)).toEqual(['second', 'first']);
  });

  it('counts what is filled in the total of a replacement, and refuses one below it', () => {
    const book = new OrderBook();
    book.submit(limit('maker', 'buy', 100, 100));
    book.submit(limit('taker', 'sell', 40, 100));
    expect(book.replace('maker', 40, 100)).toEqual([
      { type: 'replace.rejected', orderId: 'maker', reason: 'already-filled' },
    ]);
    book.replace('maker', 60, 100);
    expect(book.snapshot().buy).toEqual([{ orderId: 'maker', priceTicks: 100, remaining: 20 }]);
  });

  it('trades a replacement that crosses', () => {
    const book = new OrderBook();
    book.submit(limit('buyer', 'buy', 5, 99));
    book.submit(limit('seller', 'sell', 5, 100));
    expect(trades(book.replace('buyer', 5, 100))).toEqual([['seller', 5, 100]]);
    expect(book.snapshot()).toEqual({ buy: [], sell: [] });
  });

  it('never takes an id twice, whatever became of the first', () => {
    const book = new OrderBook();
    book.submit(limit('x', 'buy', 5, 99));
    book.cancel('x');
    expect(book.submit(limit('x', 'buy', 5, 99))).toEqual([
      { type: 'order.rejected', orderId: 'x', reason: 'duplicate-id' },
    ]);
    expect(book.cancel('x')).toMatchObject([{ reason: 'no-longer-open' }]);
    expect(book.cancel('never')).toMatchObject([{ reason: 'unknown-order' }]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses %d as a quantity and as a price', (bad) => {
    const book = new OrderBook();
    expect(book.submit(limit('a', 'buy', bad, 100))).toMatchObject([{ reason: 'bad-quantity' }]);
    expect(book.submit(limit('a', 'buy', 1, bad))).toMatchObject([{ reason: 'bad-price' }]);
  });

  it.each<[SelfTradePrevention, string[], string[]]>([
    ['cancel-newest', ['own', 'other'], []],
    ['cancel-oldest', [], ['mine']],
    ['cancel-both', ['other'], []],
    ['decrement', [], []],
  ])('prevents a self-trade by %s', (selfTrade, sell, buy) => {
    const book = new OrderBook({ selfTrade });
    book.submit({ ...limit('own', 'sell', 5, 100), account: 'me' });
    book.submit(limit('other', 'sell', 3, 101));
    const quantity = selfTrade === 'cancel-oldest' ? 4 : 8;
    const events = book.submit({ ...limit('mine', 'buy', quantity, 101), account: 'me' });
    const { buy: buyers, sell: sellers } = book.snapshot();
    expect(sellers.map(({ orderId }) => orderId)).toEqual(sell);
    expect(buyers.map(({ orderId }) => orderId)).toEqual(buy);
    expect(events.filter(isSelfTrade)).toEqual([]);
  });

  it('fills and rests exactly as the naive model does', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        const book = new OrderBook();
        const naive = new ModelBook();
        const fills: unknown[] = [];
        for (const command of sequence) {
          for (const event of run(book, command)) {
            if (event.type !== 'trade.executed') continue;
            const { makerId, takerId, priceTicks, quantity } = event;
            fills.push({ maker: makerId, taker: takerId, price: priceTicks, quantity });
          }
          if (command.do === 'submit') naive.submit(command.order);
          else if (command.do === 'cancel') naive.cancel(command.id);
          else naive.replace(command.id, command.quantity, command.priceTicks);
          expect(fills).toEqual(naive.fills);
          expect(book.snapshot()).toEqual({
            buy: naive.resting('buy'),
            sell: naive.resting('sell'),
          });
        }
      }),
      { numRuns },
    );
  });

  it.each<SelfTradePrevention>(['cancel-newest', 'cancel-oldest', 'cancel-both', 'decrement'])(
    'is never crossed, never trades an account with itself, and is rebuilt by its log (%s)',
    (selfTrade) => {
      fc.assert(
        fc.property(commands, (sequence) => {
          const book = new OrderBook({ selfTrade });
          const log: BookEvent[] = [];
          for (const command of sequence) {
            log.push(...run(book, command));
            const { buy, sell } = book.snapshot();
            expect(buy[0]?.priceTicks ?? -Infinity).toBeLessThan(sell[0]?.priceTicks ?? Infinity);
          }
          expect(log.filter(isSelfTrade)).toEqual([]);
          expect(rebuildBook(log)).toEqual(book.snapshot());
        }),
        { numRuns: Math.ceil(numRuns / 3) },
      );
    },
  );
});
