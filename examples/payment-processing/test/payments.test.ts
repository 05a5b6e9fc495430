import { settle } from '@firedrill/core/resilience';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { Payments } from '../src/types.ts';
import { order } from './order.ts';

type Phase = TestPhase<Payments>;

const second = 1_000;
const minute = 60 * second;

/** The repaired platform with so few merchants that its world is made at once. */
const simulate = (
  faults: readonly Fault[],
  body: (phase: Phase) => Promise<void>,
  settings: Partial<Payments['settings']> = {},
): Promise<void> =>
  simulateSystem(
    example,
    {
      implementation: 'hardened',
      settings: { merchants: 30, vipMerchants: 3, ...settings },
      faults,
    },
    body,
  );

/** Places an order whose card is good, and presses "pay" once; resolves with its status, or how it failed. */
async function pay(phase: Phase, request: PaymentRequest): Promise<string> {
  phase.truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
  const outcome = await settle(phase.system.pay(request));
  return outcome.kind === 'success' ? outcome.value.status : outcome.kind;
}

const callsOf = ({ network }: Phase, service: string): number =>
  network.stats().get(service)?.calls ?? 0;

const us = { service: 'gateway-us', fromMs: 0 } as const;

/** More than is taken without a score. */
const large = order(1, { amountCents: 60_000 });

test('who presses several times at once has the work done once', () =>
  simulate([], async (phase) => {
    const request = order(1);
    phase.truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
    await Promise.all([1, 2, 3, 4].map(() => phase.system.pay(request)));
    expect(callsOf(phase, 'fraud')).toBe(1);
    expect(callsOf(phase, 'gateway-us')).toBe(2);
  }));

test('who presses again after an answer has the same one, and nobody outside is asked', () =>
  simulate([], async (phase) => {
    const declined = order(2, { cardCountry: 'KP' });
    for (const request of [order(1), declined]) {
      phase.truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
      const first = await phase.system.pay(request);
      await phase.sleep(minute);
      const before = [callsOf(phase, 'fraud'), callsOf(phase, 'gateway-us')];
      expect(await phase.system.pay(request)).toEqual(first);
      expect([callsOf(phase, 'fraud'), callsOf(phase, 'gateway-us')]).toEqual(before);
    }
  }));

test.each([
  ['with one sign too few', 300, 'captured'],
  ['for much more than usual', 80_001, 'declined'],
])('who pays from abroad with a new address, %s, is answered by that', (_, amountCents, status) =>
  simulate([], async (phase) => {
    const device = { address: 'home', country: 'US', card: 'card-1', isNewEmail: true };
    const request = order(1, { amountCents, cardCountry: 'DE', device });
    expect(await pay(phase, request)).toBe(status);
  }),
);

describe('what the bank knows already is not scored again, and ends as it began:', () => {
  const noScore = {
    kind: 'error',
    service: 'fraud',
    fromMs: 40 * second,
    toMs: 10 * minute,
  } as const;

  const begun = [
    [
      'a charge whose answer was lost',
      [
        { ...us, kind: 'drop-response', operation: 'capture', toMs: 40 * second },
        { ...us, kind: 'error', operation: 'lookup', toMs: 40 * second },
      ],
    ],
    [
      'an authorisation that was not captured',
      [{ ...us, kind: 'error', operation: 'capture', toMs: 40 * second }],
    ],
  ] as const satisfies readonly (readonly [string, readonly Fault[]])[];

  test.each(begun)('%s', (_, faults) =>
    simulate([...faults, noScore], async (phase) => {
      // Between two rounds through the books.
      await phase.sleep(16 * second);
      expect(await pay(phase, large)).not.toBe('captured');
      await phase.sleep(40 * second - phase.context.elapsedMs());
      expect(await phase.system.pay(large)).toMatchObject({ status: 'captured' });
      expect(phase.truth.gateways.charges.size).toBe(1);
    }),
  );
});

describe('the acquirer is believed when it is asked', () => {
  const answersLost = ['authorize', 'capture'] as const;

  test.each(answersLost)('while every answer of %s is lost, everybody pays soon', (operation) =>
    simulate([{ ...us, kind: 'drop-response', operation, toMs: 10 * minute }], async (phase) => {
      expect(await pay(phase, order(1))).toBe('captured');
      expect(phase.context.elapsedMs()).toBeLessThan(3 * second);
    }),
  );

  test('also when it has declined, and its answer was lost', () =>
    simulate(
      [{ ...us, kind: 'drop-response', operation: 'authorize', toMs: 10 * minute }],
      async (phase) => {
        const request = order(1);
        phase.truth.orders.place({ request, fraudScore: 0.1, isCardGood: false });
        expect(await phase.system.pay(request)).toEqual({ status: 'declined', reason: 'card' });
        expect(phase.context.elapsedMs()).toBeLessThan(3 * second);
      },
    ));
});

test('an acquirer whose connections break is asked for seconds, with pauses', () =>
  simulate([{ ...us, kind: 'reset', performed: false, toMs: 3 * second }], async (phase) => {
    expect(await pay(phase, order(1))).toBe('captured');
    expect(callsOf(phase, 'gateway-us')).toBeLessThan(30);
  }));

test('a payment that is under way is left alone by whoever goes through the books', () =>
  simulate([], async (phase) => {
    for (let number = 0; number < 10; number += 1) {
      await phase.sleep(30 * second * (number + 1) - 20 * (number + 1) - phase.context.elapsedMs());
      expect(await pay(phase, order(number))).toBe('captured');
    }
    expect(callsOf(phase, 'gateway-us')).toBe(20);
  }));

describe('a customer who leaves after the authorisation', () => {
  const captureFails = { ...us, kind: 'error', operation: 'capture', toMs: 5 * minute } as const;

  test('has the money back some minutes later, and the books say so', () =>
    simulate(
      [captureFails],
      async (phase) => {
        expect(await pay(phase, order(1))).not.toBe('captured');
        expect(phase.truth.gateways.openAuthorizations).toBe(1);
        await phase.sleep(30 * minute);
        expect(phase.truth.gateways.openAuthorizations).toBe(0);
        const [payment] = phase.truth.tables.payments.values();
        expect(payment).toMatchObject({ status: 'declined', declineReason: 'abandoned' });
      },
      { lifecycle: true },
    ));

  test('has it back once, and in the books, also when the answer to that was lost', () =>
    simulate(
      [captureFails, { ...us, kind: 'drop-response', operation: 'void', toMs: 20 * minute }],
      async (phase) => {
        expect(await pay(phase, order(1))).not.toBe('captured');
        await phase.sleep(30 * minute);
        const [payment] = phase.truth.tables.payments.values();
        expect(payment).toMatchObject({ status: 'declined', declineReason: 'abandoned' });
      },
      { lifecycle: true },
    ));

  test('may come back within ten minutes, and pays', () =>
    simulate(
      [captureFails],
      async (phase) => {
        expect(await pay(phase, order(1))).not.toBe('captured');
        await phase.sleep(10 * minute);
        expect(await phase.system.pay(order(1))).toMatchObject({ status: 'captured' });
      },
      { lifecycle: true },
    ));
});

describe('after a crash', () => {
  const crash = {
    kind: 'crash',
    service: 'app',
    fromMs: 10 * second,
    toMs: 12 * second,
  } as const;

  test('what is open in the books is begun at once', () =>
    simulate(
      [
        crash,
        { kind: 'error', service: 'audit', fromMs: 0, toMs: 10 * second },
        { kind: 'error', service: 'webhooks', fromMs: 0, toMs: 10 * second },
        { kind: 'drop-response', service: 'notifications', fromMs: 0, toMs: 10 * second },
      ],
      async (phase) => {
        await phase.sleep(5 * second);
        expect(await pay(phase, order(1))).toBe('captured');
        await phase.sleep(15 * second - phase.context.elapsedMs());
        const { hearsay } = phase.truth;
        expect(hearsay.unaudited()).toBe(0);
        expect(hearsay.undeliveredWebhooks()).toEqual([]);
        expect(hearsay.repeatedReceipts).toBe(0);
      },
    ));

  test('what was charged is noted at once', () =>
    simulate(
      [
        { ...us, kind: 'hang', operation: 'lookup', toMs: 10 * second },
        { ...us, kind: 'drop-response', operation: 'capture', toMs: 10 * second },
        { kind: 'hang', service: 'gateway-callbacks', fromMs: 0, toMs: 40 * second },
        crash,
      ],
      async (phase) => {
        await phase.sleep(8 * second);
        void pay(phase, order(1));
        await phase.sleep(15 * second - phase.context.elapsedMs());
        expect(phase.truth.gateways.charges.size).toBe(1);
        const [payment] = phase.truth.tables.payments.values();
        expect(payment?.status).toBe('captured');
      },
    ));
});

test('after a quiet night, what was charged and not noted is found within a minute', () => {
  const morningMs = 10 * 60 * minute;
  const then = { service: 'gateway-us', fromMs: morningMs, toMs: morningMs + 40 * second } as const;
  return simulate(
    [
      { ...then, kind: 'drop-response', operation: 'capture' },
      { ...then, kind: 'error', operation: 'lookup' },
      { ...then, kind: 'hang', service: 'gateway-callbacks', toMs: morningMs + 60 * minute },
    ],
    async (phase) => {
      await phase.sleep(morningMs + second - phase.context.elapsedMs());
      expect(await pay(phase, order(1))).not.toBe('captured');
      await phase.sleep(morningMs + 75 * second - phase.context.elapsedMs());
      const [payment] = phase.truth.tables.payments.values();
      expect(payment?.status).toBe('captured');
    },
  );
});
