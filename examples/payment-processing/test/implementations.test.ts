import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { settle } from '@firedrill/core/resilience';
import { type Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { Payments } from '../src/types.ts';
import { order } from './order.ts';

type Phase = TestPhase<Payments>;

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const hour = 3_600_000;

/** Places an order whose card is good and that nobody suspects. */
function place({ truth }: Phase, request: PaymentRequest, fraudScore = 0.1): void {
  truth.orders.place({ request, fraudScore, isCardGood: true });
}

/** Places an order and pays it once. */
async function pay(phase: Phase, request: PaymentRequest) {
  place(phase, request);
  return phase.system.pay(request);
}

describe.each(names)('%s', (implementation) => {
  test('charges a good payment once, and the merchant hears of it', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      expect(await pay(phase, order(1))).toMatchObject({ status: 'captured' });
      await phase.sleep(5_000);
      const { gateways, hearsay } = phase.truth;
      expect([...gateways.charges.values()]).toMatchObject([{ amountCents: 12_000 }]);
      expect(hearsay.webhooksDelivered).toBe(1);
    }));

  test('declines a card from a country under embargo, and charges nothing', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const answer = await pay(phase, order(1, { cardCountry: 'KP' }));
      expect(answer).toEqual({ status: 'declined', reason: 'compliance' });
      expect(phase.truth.gateways.charges.size).toBe(0);
    }));

  test('declines a payment above the limit of its region', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const request = order(1, { region: 'eu', amountCents: 1_500_001 });
      expect(await pay(phase, request)).toMatchObject({ reason: 'compliance' });
    }));

  test('declines a payment whose score is above 0.8, and no other', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      place(phase, order(1), 0.81);
      place(phase, order(2), 0.8);
      expect(await phase.system.pay(order(1))).toEqual({ status: 'declined', reason: 'fraud' });
      expect(await phase.system.pay(order(2))).toMatchObject({ status: 'captured' });
    }));

  test('returns every connection, also after a gateway that refuses', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'gateway-us', fromMs: 0, toMs: hour }],
      },
      async (phase) => {
        for (let number = 0; number < 5; number += 1) {
          await expect(pay(phase, order(number))).rejects.toThrow('gateway-us');
        }
        expect(phase.pool('connections')).toMatchObject({ inUse: 0, waiting: 0 });
      },
    ));
});

/** The customer presses "pay" again with the same key, after the first attempt has ended. */
const pressTwice = async (phase: Phase, request: PaymentRequest): Promise<number> => {
  place(phase, request);
  await phase.system.pay(request).catch(() => undefined);
  await phase.system.pay(request).catch(() => undefined);
  await phase.sleep(60_000);
  return phase.truth.gateways.charges.size;
};

const lostAnswers = [
  { kind: 'drop-response', service: 'gateway-us', operation: 'capture', fromMs: 0, toMs: 5_500 },
] as const;

const weeks = flawed.filter((name) => name !== 'no-key');

test('no-key charges twice when the customer presses twice, and when an answer is lost', async () => {
  const implementation = 'no-key';
  await simulateSystem(example, { implementation }, async (phase) => {
    expect(await pressTwice(phase, order(1))).toBe(2);
  });
  await simulateSystem(example, { implementation, faults: lostAnswers }, async (phase) => {
    expect(await pressTwice(phase, order(1))).toBe(2);
  });
});

test.each(weeks)('%s charges once, and books and tells of two payments', (implementation) =>
  simulateSystem(example, { implementation }, async (phase) => {
    expect(await pressTwice(phase, order(1))).toBe(1);
    expect(phase.truth.tables.payments.size).toBe(2);
    expect(phase.truth.hearsay.repeatedReceipts).toBe(1);
  }),
);

test.each(weeks)(
  '%s leaves books that differ when the answer of a capture is lost',
  (implementation) =>
    simulateSystem(example, { implementation, faults: lostAnswers }, async (phase) => {
      place(phase, order(1));
      await expect(phase.system.pay(order(1))).rejects.toThrow('gateway-us');
      const [payment] = phase.truth.tables.payments.values();
      expect(payment?.status).toBe('initiated');
      expect(phase.truth.gateways.charges.size).toBe(1);
    }),
);

describe('hardened', () => {
  const implementation = 'hardened';

  test('charges once when the customer presses twice, one after the other or at once', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      expect(await pressTwice(phase, order(1))).toBe(1);
      const request = order(2);
      place(phase, request);
      const answers = await Promise.all([1, 2, 3].map(() => phase.system.pay(request)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(phase.truth.gateways.charges.size).toBe(2);
    }));

  test('asks the gateway when the answer of a capture is lost, and tells the customer the truth', () =>
    simulateSystem(example, { implementation, faults: lostAnswers }, async (phase) => {
      expect(await pay(phase, order(1))).toMatchObject({ status: 'captured' });
      expect(phase.context.elapsedMs()).toBeLessThan(3_000);
      expect(phase.truth.gateways.charges.size).toBe(1);
    }));

  test.each(['authorize', 'capture'])(
    'charges once when the connection is reset during %s, performed or not',
    (operation) =>
      simulateSystem(
        example,
        {
          implementation,
          faults: [
            {
              kind: 'reset',
              service: 'gateway-us',
              operation,
              fromMs: 0,
              toMs: hour,
              share: 0.5,
            },
          ],
        },
        async (phase) => {
          for (let number = 0; number < 50; number += 1) await settle(pay(phase, order(number)));
          await phase.sleep(60_000);
          const { charges, doubleCharges } = phase.truth.gateways;
          expect(doubleCharges.count).toBe(0);
          expect(charges.size).toBeGreaterThan(40);
        },
      ),
  );

  test('credits a charge once, however often its callback comes', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'duplicate', service: 'gateway-callbacks', fromMs: 0, toMs: hour, copies: 3 },
        ],
      },
      async (phase) => {
        await pay(phase, order(1));
        await phase.sleep(30_000);
        expect(phase.outside.callbacks.metrics().delivered).toBe(4);
        expect(phase.truth.hearsay.doubleCredits).toBe(0);
        expect(phase.truth.hearsay.uncredited()).toBe(0);
      },
    ));

  test('keeps a webhook that cannot be delivered, and delivers it when the merchant is back', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'webhooks', fromMs: 0, toMs: 6 * 60_000 }],
      },
      async (phase) => {
        const { gateways, hearsay, tables } = phase.truth;
        for (let number = 0; number < 20; number += 1) await pay(phase, order(number));
        await phase.sleep(5 * 60_000);
        expect(hearsay.webhooksDelivered).toBe(0);
        expect(tables.deadCount).toBe(gateways.charges.size);
        await phase.close();
        expect(hearsay.webhooksDelivered).toBe(gateways.charges.size);
        expect(tables.deadCount).toBe(0);
      },
    ));

  test('gives a merchant that is back what it has missed as fast as on any other day, and no faster', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { webhookRatePerSecond: 2 },
        faults: [{ kind: 'error', service: 'webhooks', fromMs: 0, toMs: 4 * 60_000 }],
      },
      async (phase) => {
        const { gateways, hearsay, tables, tellings } = phase.truth;
        for (let number = 0; number < 40; number += 1) {
          await pay(phase, order(number));
          await phase.sleep(1_000);
        }
        await phase.sleep(4 * 60_000 - phase.context.elapsedMs());
        expect(tables.deadCount).toBeGreaterThan(10);
        await phase.sleep(5 * 60_000);
        expect(hearsay.webhooksDelivered).toBe(gateways.charges.size);
        expect(tellings.floods).toBe(0);
      },
    ));

  test('delivers to a healthy merchant while all others hang', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'hang', service: 'webhooks', fromMs: 0, toMs: hour, share: 0.9, of: 'keys' },
        ],
      },
      async (phase) => {
        const { truth, context, measured, sleep } = phase;
        const customers = context.random('customers');
        const healthy = truth.merchants.all.find(({ id }) => !truth.hearsay.isSick(id));
        if (healthy === undefined) throw new Error('The seed leaves no merchant well.');
        for (let number = 0; number < 2_000; number += 1) {
          const drawn = truth.merchants.draw(customers);
          const merchant = number % 20 === 0 ? healthy : drawn;
          const { id: merchantId, region, isVip } = merchant;
          void pay(phase, order(number, { merchantId, region, isVip }));
          await sleep(100);
        }
        await sleep(10_000);
        expect(measured.webhookToHealthy.count).toBeGreaterThan(80);
        expect(measured.webhookToHealthy.p99).toBeLessThan(2_000);
      },
    ));
});

const crashAt = (fromMs: number): readonly Fault[] => [
  { kind: 'crash', service: 'app', fromMs, toMs: fromMs + 10_000 },
];

describe('hardened, when a process crashes', () => {
  const implementation = 'hardened';

  test.each([3, 10, 40, 90, 120, 150, 170, 190, 230, 300])(
    'finishes a payment that was begun %i ms before, once, and tells everybody',
    (afterMs) =>
      simulateSystem(example, { implementation, faults: crashAt(afterMs) }, async (phase) => {
        const attempt = await settle(pay(phase, order(1)));
        await phase.sleep(11_000);
        // The customer presses again, with the same key.
        const answer =
          attempt.kind === 'success' ? attempt.value : await phase.system.pay(order(1));
        expect(answer.status).toBe('captured');
        await phase.sleep(60_000);
        await phase.close();
        const { gateways, hearsay } = phase.truth;
        expect(gateways.charges.size).toBe(1);
        expect(hearsay.undeliveredWebhooks()).toEqual([]);
        expect(hearsay.unaudited() + hearsay.uncredited()).toBe(0);
        expect(hearsay.withoutReceipt(Infinity)).toEqual([]);
        expect(hearsay.repeatedReceipts).toBe(0);
      }),
  );

  test('tells a customer by mail who was charged and did not come back', () =>
    simulateSystem(example, { implementation, faults: crashAt(150) }, async (phase) => {
      await settle(pay(phase, order(1)));
      await phase.sleep(120_000);
      await phase.close();
      expect(phase.truth.orders.limboCents).toBe(0);
    }));

  test('keeps dead letters over the crash', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'error', service: 'webhooks', fromMs: 0, toMs: 6 * 60_000 },
          ...crashAt(5 * 60_000),
        ],
      },
      async (phase) => {
        for (let number = 0; number < 5; number += 1) await pay(phase, order(number));
        await phase.sleep(7 * 60_000);
        await phase.close();
        expect(phase.truth.hearsay.undeliveredWebhooks()).toEqual([]);
      },
    ));
});

describe('hardened, without a fraud score', () => {
  const faults = [{ kind: 'error', service: 'fraud', fromMs: 0, toMs: hour }] as const;

  test.each([
    [50_000, 'captured'],
    [50_001, 'declined'],
  ])('a payment of %i cents is %s', (amountCents, status) =>
    simulateSystem(example, { implementation: 'hardened', faults }, async (phase) => {
      expect(await pay(phase, order(1, { amountCents }))).toMatchObject({ status });
    }),
  );
});
