import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../test/trading-commands.ts';
import { OrderBook } from './order-book.ts';
import type { Order } from './order.ts';
import { PreTradeRisk, type RiskLimits } from './pre-trade-risk.ts';

const limits: RiskLimits = {
  maxOrderQuantity: 50,
  maxPosition: 100,
  maxOrdersPerSecond: 5,
  collarBasisPoints: 1000,
};

const buy = (id: string, quantity: number, priceTicks = 100): Order => ({
  id,
  account: 'ann',
  side: 'buy',
  quantity,
  kind: 'limit',
  priceTicks,
});

function admit(risk: PreTradeRisk, book: OrderBook, order: Order, nowMs: number) {
  const refusal = risk.check(order, 100, nowMs);
  if (refusal) return refusal;
  for (const event of book.submit(order)) risk.apply(event);
  return 'admitted';
}

describe('pre-trade risk', () => {
  it('counts open orders as if they were filled', () => {
    const [risk, book] = [new PreTradeRisk(limits), new OrderBook()];
    expect(admit(risk, book, buy('1', 50), 0)).toBe('admitted');
    expect(admit(risk, book, buy('2', 50), 0)).toBe('admitted');
    expect(admit(risk, book, buy('3', 1), 0)).toBe('position');
    for (const event of book.cancel('1')) risk.apply(event);
    expect(admit(risk, book, buy('4', 50), 0)).toBe('admitted');
  });

  it('lets a position be sold down when it is at its limit', () => {
    const [risk, book] = [new PreTradeRisk(limits), new OrderBook()];
    for (const id of ['1', '2']) {
      admit(risk, book, buy(id, 50), 0);
      const maker: Order = { ...buy(`m${id}`, 50), account: 'ben', side: 'sell' };
      admit(risk, book, maker, 0);
    }
    expect(risk.position('ann')).toBe(100);
    expect(risk.check({ ...buy('5', 50), side: 'sell' }, 100, 2000)).toBeUndefined();
    expect(risk.check(buy('6', 1), 100, 2000)).toBe('position');
  });

  it('refuses large orders, prices off the market, and more orders than a second allows', () => {
    const risk = new PreTradeRisk(limits);
    expect(risk.check(buy('1', 51), 100, 0)).toBe('order-quantity');
    expect(risk.check(buy('2', 1, 111), 100, 0)).toBe('price-collar');
    expect(risk.check(buy('3', 1, 89), 100, 0)).toBe('price-collar');
    expect(risk.check(buy('4', 1, 110), 100, 0)).toBeUndefined();
    expect(risk.check(buy('5', 1), 100, 999)).toBeUndefined();
    expect(risk.check(buy('6', 1), 100, 999)).toBe('order-rate');
    expect(risk.check(buy('7', 1), 100, 1000)).toBeUndefined();
  });

  it('names an option that is no whole number of at least 1', () => {
    expect(() => new PreTradeRisk({ ...limits, maxPosition: 0 })).toThrow('maxPosition is 0');
  });

  it('no sequence of orders, cancels and replacements gets any account past its limit', () => {
    const tight = { ...limits, maxPosition: 15, maxOrdersPerSecond: 1000 };
    fc.assert(
      fc.property(commands, (sequence) => {
        const risk = new PreTradeRisk(tight);
        const book = new OrderBook({ selfTrade: 'decrement' });
        const position = new Map<string, number>();
        const add = (account: string, quantity: number) => {
          const total = (position.get(account) ?? 0) + quantity;
          position.set(account, total);
          expect(Math.abs(total)).toBeLessThanOrEqual(tight.maxPosition);
        };
        for (const command of sequence) {
          let events: ReturnType<OrderBook['cancel']> = [];
          if (command.do === 'cancel') events = book.cancel(command.id);
          else if (command.do === 'submit') {
            if (!risk.check(command.order, 100, 0)) events = book.submit(command.order);
          } else {
            const { id, quantity, priceTicks } = command;
            if (!risk.checkReplacement(id, quantity, priceTicks, 100, 0)) {
              events = book.replace(id, quantity, priceTicks);
            }
          }
          for (const event of events) {
            risk.apply(event);
            if (event.type !== 'trade.executed') continue;
            add(event.buyer, event.quantity);
            add(event.seller, -event.quantity);
          }
        }
        for (const [account, shares] of position) expect(risk.position(account)).toBe(shares);
      }),
      { numRuns: 200 },
    );
  });
});
