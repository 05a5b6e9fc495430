import { settle } from '@firedrill/core/resilience';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { Payments } from '../src/types.ts';
import { order } from './order.ts';

type Phase = TestPhase<Payments>;

const implementation = 'hardened';
const second = 1_000;
const minute = 60 * second;

/** So few merchants that a world is made at once. */
const few = { merchants: 30, vipMerchants: 3 } as const;

const us = { service: 'gateway-us', fromMs: 0 } as const;

/** A platform with two acquirers in each region. */
const withTwo = (faults: readonly Fault[], body: (phase: Phase) => Promise<void>): Promise<void> =>
  simulateSystem(example, { implementation, settings: { ...few, acquirers: true }, faults }, body);

/** Places an order whose card is good, and pays it; resolves with what came of it and how long that took. */
async function pay({ truth, system, context }: Phase, request: PaymentRequest) {
  truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
  const sinceMs = context.elapsedMs();
  const outcome = await settle(system.pay(request));
  return {
    status: outcome.kind === 'success' ? outcome.value.status : outcome.kind,
    tookMs: context.elapsedMs() - sinceMs,
  };
}

/** Calls of a gateway so far. */
const calls = ({ network }: Phase, gateway: string): number =>
  network.stats().get(gateway)?.calls ?? 0;

const eu = { region: 'eu', merchantId: 'm-0002' } as const;

describe('while the first acquirer fails', () => {
  const outages = [
    { kind: 'error', ...us, toMs: 5 * minute },
    { kind: 'hang', ...us, toMs: 5 * minute },
    { kind: 'drop-response', ...us, toMs: 5 * minute },
  ] as const satisfies readonly Fault[];

  test.each(outages)('by $kind, everybody pays through the second one, and soon', (outage) =>
    withTwo([outage], async (phase) => {
      for (let number = 0; number < 20; number += 1) {
        const { status, tookMs } = await pay(phase, order(number));
        expect(status).toBe('captured');
        expect(tookMs).toBeLessThan(5 * second);
        await phase.sleep(2 * second);
      }
      expect(phase.truth.gateways.charges.size).toBe(20);
    }),
  );

  test('it keeps one payment in ten seconds waiting, and no more', () =>
    withTwo([{ ...us, kind: 'hang', operation: 'authorize', toMs: 5 * minute }], async (phase) => {
      for (let number = 0; number < 3; number += 1) await pay(phase, order(number));
      const sinceMs = phase.context.elapsedMs();
      let slow = 0;
      for (let number = 10; number < 90; number += 1) {
        const { status, tookMs } = await pay(phase, order(number));
        expect(status).toBe('captured');
        if (tookMs > second) slow += 1;
        await phase.sleep(500);
      }
      const tens = (phase.context.elapsedMs() - sinceMs) / (10 * second);
      expect(slow).toBeGreaterThan(tens / 2);
      expect(slow).toBeLessThanOrEqual(tens);
    }));

  test('other regions go on with their own', () =>
    withTwo([{ ...us, kind: 'error', toMs: 5 * minute }], async (phase) => {
      for (let number = 0; number < 5; number += 1) await pay(phase, order(number));
      for (let number = 10; number < 15; number += 1) await pay(phase, order(number, eu));
      expect(calls(phase, 'gateway-us-b')).toBeGreaterThan(0);
      expect(calls(phase, 'gateway-eu-b')).toBe(0);
    }));

  test('and the second one fails with it for a while, whoever presses again pays at the second', () =>
    withTwo(
      [
        { ...us, kind: 'error', toMs: 30 * minute },
        { ...us, kind: 'error', service: 'gateway-us-b', toMs: minute },
      ],
      async (phase) => {
        const request = order(1);
        expect((await pay(phase, request)).status).not.toBe('captured');
        await phase.sleep(2 * minute);
        expect(await phase.system.pay(request)).toMatchObject({ status: 'captured' });
        expect(phase.truth.gateways.charges.size).toBe(1);
      },
    ));
});

test('an acquirer that is back has its payments again within seconds', () =>
  withTwo([{ ...us, kind: 'error', toMs: minute }], async (phase) => {
    for (let number = 0; number < 20; number += 1) {
      await pay(phase, order(number));
      await phase.sleep(2 * second);
    }
    await phase.sleep(minute);
    await pay(phase, order(50));
    const before = calls(phase, 'gateway-us-b');
    for (let number = 100; number < 120; number += 1) {
      expect((await pay(phase, order(number))).status).toBe('captured');
    }
    expect(calls(phase, 'gateway-us-b')).toBe(before);
  }));

test('two payments in a row that it fails keep nobody after them from the first acquirer', () =>
  withTwo(
    [0, 1, 2, 3].map((at) => ({
      ...us,
      kind: 'error' as const,
      operation: 'authorize',
      fromMs: at * minute,
      toMs: at * minute + 5 * second,
    })),
    async (phase) => {
      for (let at = 0; at < 4; at += 1) {
        await phase.sleep(at * minute + 10 - phase.context.elapsedMs());
        await pay(phase, order(10 * at));
        await pay(phase, order(10 * at + 1));
        await phase.sleep(8 * second);
        const before = calls(phase, 'gateway-us-b');
        await pay(phase, order(10 * at + 2));
        expect(calls(phase, 'gateway-us-b')).toBe(before);
      }
    },
  ));

test('the second one is asked for as long as one alone would be', () =>
  withTwo(
    [
      { ...us, kind: 'error', toMs: 5 * minute },
      {
        ...us,
        kind: 'hang',
        service: 'gateway-us-b',
        operation: 'authorize',
        toMs: 6 * second,
      },
    ],
    async (phase) => {
      expect((await pay(phase, order(1))).status).toBe('captured');
    },
  ));

describe('where there is one acquirer', () => {
  test('nobody is sent away while it is gone for a few seconds', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: few,
        faults: [{ ...us, kind: 'hang', operation: 'authorize', toMs: 6 * second }],
      },
      async (phase) => {
        expect((await pay(phase, order(1))).status).toBe('captured');
      },
    ));

  test('a failure of it keeps nobody from asking again', () =>
    simulateSystem(
      example,
      { implementation, settings: few, faults: [{ ...us, kind: 'error', toMs: 20 * second }] },
      async (phase) => {
        for (let number = 0; number < 5; number += 1) await pay(phase, order(number));
        await phase.sleep(20 * second - phase.context.elapsedMs());
        for (let number = 0; number < 5; number += 1) {
          expect((await phase.system.pay(order(number))).status).toBe('captured');
        }
        // Nothing of it is noted as another acquirer's.
        const routes = [...phase.truth.tables.payments.values()].map(({ route }) => route);
        expect(routes).toEqual(Array.from({ length: 5 }, () => undefined));
      },
    ));
});

describe('what was under way to the first acquirer when the second one was asked', () => {
  test.each([1, 5, 9])('is given back when it comes %i minutes later', (minutes) =>
    withTwo(
      [
        {
          ...us,
          kind: 'slow',
          operation: 'authorize',
          toMs: 10 * second,
          latency: { fixedMs: minutes * minute },
        },
      ],
      async (phase) => {
        expect((await pay(phase, order(1))).status).toBe('captured');
        expect(phase.truth.gateways.openBesideCharge).toBe(0);
        await phase.sleep(minutes * minute);
        await phase.sleep(minute);
        expect(phase.truth.gateways.openBesideCharge).toBe(0);
        // It did come.
        const looked = phase.truth.gateways.lookup(
          { name: 'gateway-us', region: 'us' },
          'm-0001 order-1',
        );
        expect(looked.status).toBe('voided');
      },
    ),
  );

  test('is asked about no more, when it has not come within a quarter of an hour', () =>
    withTwo(
      [{ ...us, kind: 'error', operation: 'authorize', toMs: 10 * second }],
      async (phase) => {
        expect((await pay(phase, order(1))).status).toBe('captured');
        await phase.sleep(15 * minute);
        const before = calls(phase, 'gateway-us');
        await phase.sleep(3 * 60 * minute);
        expect(calls(phase, 'gateway-us')).toBe(before);
      },
    ));

  test('is given back in one region while the acquirer of another is gone', () =>
    withTwo(
      [
        { ...us, kind: 'drop-response', toMs: minute },
        { ...us, kind: 'drop-response', service: 'gateway-eu', toMs: minute },
        { ...us, kind: 'error', fromMs: minute, toMs: 60 * minute },
      ],
      async (phase) => {
        expect((await pay(phase, order(1))).status).toBe('captured');
        expect((await pay(phase, order(2, eu))).status).toBe('captured');
        expect(phase.truth.gateways.openBesideCharge).toBe(2);
        await phase.sleep(3 * minute);
        expect(phase.truth.gateways.openBesideCharge).toBe(1);
        await phase.sleep(60 * minute);
        expect(phase.truth.gateways.openBesideCharge).toBe(0);
      },
    ));
});
