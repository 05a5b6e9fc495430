import { simulateSystem } from '@firedrill/core/scenario/testing';
import type { Fault, FaultKind } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { order } from './order.ts';

const implementation = 'hardened';
const minute = 60_000;
const day = 24 * 60 * minute;

const request = order(1);

const strike = (
  kind: 'error' | 'hang' | 'drop-response',
  operation: string,
  fromMs: number,
  toMs: number,
): Fault => ({ kind, service: 'gateway-us', operation, fromMs, toMs });

const sharp = ['error', 'hang', 'drop-response'] as const satisfies readonly FaultKind[];

describe.each(sharp)('when it meets %s', (kind) => {
  test('a refund is asked for again until it is paid, and is paid once', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { lifecycle: true },
        faults: [strike(kind, 'refund', minute, minute + 2_000)],
      },
      async ({ system, truth, sleep, context }) => {
        truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
        const answer = await system.pay(request);
        if (answer.status !== 'captured') throw new Error(`It was ${answer.status}.`);
        await sleep(minute - context.elapsedMs());
        const [charge] = truth.gateways.charges.values();
        const refund = { refundId: 'refund-1', amountCents: 5_000 };
        truth.aftermath.asked({ ...refund, chargeId: charge?.chargeId ?? '' });
        expect(await system.refund?.({ ...refund, paymentId: answer.paymentId })).toEqual({
          status: 'refunded',
        });
        expect(truth.aftermath.wrongRefunds).toBe(0);
      },
    ));

  test('what the first acquirer holds of an order that the second one has charged is given back later', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { acquirers: true },
        faults: [
          strike('drop-response', 'authorize', 0, 10_000),
          strike('error', 'lookup', 0, 10_000),
          strike(kind, 'void', 0, 3 * minute),
        ],
      },
      async ({ system, truth, sleep }) => {
        truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
        expect(await system.pay(request)).toMatchObject({ status: 'captured' });
        expect(truth.gateways.openBesideCharge).toBe(1);
        await sleep(5 * minute);
        expect(truth.gateways.openBesideCharge).toBe(0);
      },
    ));

  test('money that may have been taken at the first acquirer is not taken at the second one', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { acquirers: true },
        faults: [strike(kind, 'capture', 0, 2 * minute), strike('error', 'lookup', 0, 2 * minute)],
      },
      async ({ system, truth, sleep }) => {
        truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
        await system.pay(request).catch(() => 'unknown');
        await sleep(10 * minute);
        expect(truth.gateways.charges.size).toBeLessThanOrEqual(1);
      },
    ));
});

test('files of several days that are read at once are each settled after the one before', () =>
  simulateSystem(
    example,
    {
      implementation,
      settings: { settlement: true },
      faults: [strike('error', 'settlementFiles', 0, 3.1 * day)],
    },
    async ({ system, truth, sleep }) => {
      const merchant = truth.merchants.all.find(({ region }) => region === 'us');
      for (let number = 0; number < 12; number += 1) {
        const each = order(number, { merchantId: merchant?.id ?? '' });
        truth.orders.place({ request: each, fraudScore: 0.1, isCardGood: true });
        expect(await system.pay(each)).toMatchObject({ status: 'captured' });
      }
      await sleep(3.1 * day);
      const waiting = truth.settlement.filesOf('us').filter(({ lines }) => lines.length > 0);
      expect(waiting).toHaveLength(3);
      await sleep(2 * day);
      const { unfound, falseBreaks, wrongPayouts } = truth.settlement;
      expect({ unfound, falseBreaks, wrongPayouts }).toEqual({
        unfound: 0,
        falseBreaks: 0,
        wrongPayouts: 0,
      });
    },
  ));
