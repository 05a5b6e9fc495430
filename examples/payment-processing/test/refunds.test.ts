import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import type { Payments } from '../src/types.ts';
import { order } from './order.ts';

const implementation = 'hardened';
const minute = 60_000;
const day = 24 * 60 * minute;

const request = order(1);

const strike = (
  kind: 'error' | 'hang',
  operation: string,
  fromMs: number,
  toMs: number,
): Fault => ({ kind, service: 'gateway-us', operation, fromMs, toMs });

const hour = 60 * minute;

/** Has an order paid, and asks for money back. */
const refunding = (
  faults: readonly Fault[],
  body: (
    phase: TestPhase<Payments>,
    refund: (refundId: string, amountCents: number) => Promise<unknown>,
  ) => Promise<void>,
): Promise<void> =>
  simulateSystem(
    example,
    { implementation, settings: { merchants: 30, lifecycle: true, ledger: true }, faults },
    async (phase) => {
      const { system, truth } = phase;
      truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
      const answer = await system.pay(request);
      if (answer.status !== 'captured') throw new Error(`It was ${answer.status}.`);
      const { paymentId } = answer;
      const [charge] = truth.gateways.charges.values();
      await body(phase, async (refundId, amountCents) => {
        const refund = { refundId, amountCents };
        truth.aftermath.asked({ ...refund, chargeId: charge?.chargeId ?? '' });
        return system.refund?.({ ...refund, paymentId });
      });
    },
  );

const refunded = { status: 'refunded' };
const refused = { status: 'refused', reason: 'disputed-or-spent' };

/** What the merchant is owed after a charge of $120 with a fee of $3.78, and these refunds. */
const owedCents = (...refunds: readonly number[]): number =>
  refunds.reduce((sum, each) => sum + each, 378 - 12_000);

describe('a refund', () => {
  test('of a part, and then of the rest, is paid and noted; of more than that it is refused', () =>
    refunding([], async ({ truth, sleep }, refund) => {
      await sleep(10_000);
      expect(await refund('one', 5_000)).toEqual(refunded);
      expect(await refund('two', 7_000)).toEqual(refunded);
      expect(await refund('three', 1)).toEqual(refused);
      expect(truth.ledger.balance('merchant m-0001')).toBe(owedCents(5_000, 7_000));
    }));

  test('that is asked for twice with one id is paid and noted once', () =>
    refunding([], async ({ truth, sleep }, refund) => {
      await sleep(10_000);
      expect(await Promise.all([refund('one', 5_000), refund('one', 5_000)])).toEqual([
        refunded,
        refunded,
      ]);
      expect(await refund('one', 5_000)).toEqual(refunded);
      expect(truth.aftermath.wrongRefunds).toBe(0);
      expect(truth.ledger.balance('merchant m-0001')).toBe(owedCents(5_000));
    }));

  test.each(['error', 'hang'] as const)(
    'is no refusal while the acquirer is gone by %s: the merchant hears so within a minute, and is paid later',
    (kind) =>
      refunding([strike(kind, 'refund', 0, hour)], async ({ truth, context, sleep }, refund) => {
        const sinceMs = context.elapsedMs();
        await expect(refund('one', 5_000)).rejects.toThrow('gateway-us');
        expect(context.elapsedMs() - sinceMs).toBeLessThan(minute);
        await sleep(hour);
        expect(await refund('one', 5_000)).toEqual(refunded);
        expect(truth.aftermath.wrongRefunds).toBe(0);
      }),
  );

  test('that was paid is noted, also when the books are away for minutes', () =>
    refunding(
      [
        {
          kind: 'error',
          service: 'database',
          operation: 'recordRefund',
          fromMs: 0,
          toMs: hour / 6,
        },
      ],
      async ({ truth, sleep, context }, refund) => {
        await sleep(10_000);
        expect(await refund('one', 5_000)).toEqual(refunded);
        expect(context.elapsedMs()).toBeLessThan(hour / 6 + 10_000);
        expect(truth.ledger.balance('merchant m-0001')).toBe(owedCents(5_000));
      },
    ));

  test('of a payment that was not captured is told as a mistake, at once', () =>
    refunding([], async ({ system, context }) => {
      const sinceMs = context.elapsedMs();
      const unknown = { refundId: 'one', paymentId: 'payment-of-nobody', amountCents: 5_000 };
      await expect(system.refund?.(unknown)).rejects.toThrow('404');
      expect(context.elapsedMs() - sinceMs).toBeLessThan(1_000);
    }));
});

const european = order(2, { region: 'eu', merchantId: 'm-0002' });

/** Has two orders paid and paid back, one in each of two regions, and then disputed. */
const disputed = (
  faults: readonly Fault[],
  body: (phase: TestPhase<Payments>) => Promise<void>,
): Promise<void> =>
  simulateSystem(
    example,
    { implementation, settings: { merchants: 30, lifecycle: true }, faults },
    async (phase) => {
      const { system, truth } = phase;
      for (const each of [request, european]) {
        truth.orders.place({ request: each, fraudScore: 0.1, isCardGood: true });
        const answer = await system.pay(each);
        if (answer.status !== 'captured') throw new Error(`It was ${answer.status}.`);
        const refundId = `refund of ${each.orderId}`;
        await system.refund?.({ refundId, paymentId: answer.paymentId, amountCents: 12_000 });
      }
      for (const charge of truth.gateways.charges.values()) truth.aftermath.dispute(charge, 12_000);
      await body(phase);
    },
  );

describe('the bank is shown the refund of a charge that is disputed', () => {
  test('within hours, and is asked for nothing more then', () =>
    disputed([], async ({ truth, sleep }) => {
      expect(truth.aftermath.openDisputes()).toHaveLength(2);
      await sleep(day / 4);
      expect(truth.aftermath.openDisputes()).toEqual([]);
      expect(truth.aftermath.paidBackTwice).toBe(0);
    }));

  test.each(['disputes', 'contest'])(
    'in one region while %s of another fails for longer than there is time',
    (operation) =>
      disputed([strike('error', operation, 0, 8 * day)], async ({ truth, sleep }) => {
        await sleep(day / 4);
        const open = truth.aftermath.openDisputes();
        expect(open.map(({ charge }) => charge.orderId)).toEqual(['order-1']);
      }),
  );
});
