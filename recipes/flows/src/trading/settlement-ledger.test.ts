import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SettlementLedger } from './settlement-ledger.ts';

const trade = {
  tradeId: 'ACME-1',
  buyer: 'ann',
  seller: 'ben',
  instrument: 'ACME',
  quantity: 3,
  priceTicks: 100,
};

describe('the settlement ledger', () => {
  it('moves shares against cash, once, however often it is told', () => {
    const ledger = new SettlementLedger();
    ledger.deposit('ann', 1000, {});
    ledger.deposit('ben', 0, { ACME: 10 });
    expect([ledger.settle(trade), ledger.settle(trade)]).toEqual(['booked', 'already-booked']);
    expect(ledger.sharesOf('ann', 'ACME')).toBe(3);
    expect(ledger.sharesOf('ben', 'ACME')).toBe(7);
  });

  it('neither makes nor loses shares and cash, whatever is settled', () => {
    const accounts = fc.constantFrom('ann', 'ben', 'cem');
    const settlements = fc.array(
      fc.record({
        tradeId: fc.integer({ min: 1, max: 20 }).map(String),
        buyer: accounts,
        seller: accounts,
        instrument: fc.constant('ACME'),
        quantity: fc.integer({ min: 1, max: 1000 }),
        priceTicks: fc.integer({ min: 1, max: 100_000 }),
      }),
    );
    fc.assert(
      fc.property(settlements, (all) => {
        const ledger = new SettlementLedger();
        ledger.deposit('ann', 5000, { ACME: 70 });
        for (const settlement of all) ledger.settle(settlement);
        expect(ledger.totals('ACME')).toEqual({ cash: 5000, shares: 70 });
      }),
    );
  });
});
