import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { settle } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { PaymentSystem } from '../src/system.ts';
import type { Settings } from '../src/settings.ts';
import type { World } from '../src/world.ts';

type Phase = TestPhase<Settings, World, PaymentSystem>;

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const hour = 3_600_000;

function order(number: number, changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    orderId: `order-${number}`,
    idempotencyKey: `key-${number}`,
    merchantId: 'm-0001',
    region: 'us',
    isVip: true,
    amountCents: 12_000,
    cardCountry: 'US',
    email: 'someone@mail.example',
    ...changes,
  };
}

/** Places an order and pays it once. */
async function pay({ world, system }: Phase, request: PaymentRequest) {
  world.services.truth.orderPlaced(request);
  return system.pay(request);
}

describe.each(names)('%s', (implementation) => {
  test('charges a good payment once, and the merchant hears of it', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      expect(await pay(phase, order(1))).toMatchObject({ status: 'captured' });
      await phase.sleep(5_000);
      expect(phase.world.services.truth.totals).toMatchObject({
        charges: 1,
        chargedCents: 12_000,
        webhooksDelivered: 1,
      });
    }));

  test('declines a card from a country under embargo, and charges nothing', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const answer = await pay(phase, order(1, { cardCountry: 'KP' }));
      expect(answer).toEqual({ status: 'declined', reason: 'compliance' });
      expect(phase.world.services.truth.totals.charges).toBe(0);
    }));

  test('declines a payment above the limit of its region', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const request = order(1, { region: 'eu', amountCents: 1_500_001 });
      expect(await pay(phase, request)).toMatchObject({ reason: 'compliance' });
    }));

  test('declines about as many payments for fraud as score above 0.8', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      let frauds = 0;
      for (let number = 0; number < 500; number += 1) {
        const answer = await pay(phase, order(number));
        if (answer.status === 'declined' && answer.reason === 'fraud') frauds += 1;
      }
      expect(frauds).toBeGreaterThan(2);
      expect(frauds).toBeLessThan(25);
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
        expect(phase.world.services.pool.metrics()).toMatchObject({ inUse: 0, waiting: 0 });
      },
    ));
});

/** The customer presses "pay" again with the same key, after the first attempt has ended. */
const pressTwice = async (phase: Phase, request: PaymentRequest): Promise<number> => {
  phase.world.services.truth.orderPlaced(request);
  await phase.system.pay(request).catch(() => undefined);
  await phase.system.pay(request).catch(() => undefined);
  await phase.sleep(60_000);
  return phase.world.services.truth.totals.charges;
};

const lostAnswers = [
  { kind: 'drop-response', service: 'gateway-us', operation: 'capture', fromMs: 0, toMs: 5_500 },
] as const;

test.each(flawed)('%s charges twice when the customer presses twice', (implementation) =>
  simulateSystem(example, { implementation }, async (phase) => {
    expect(await pressTwice(phase, order(1))).toBe(2);
  }),
);

test.each(flawed)('%s charges twice when the answer of a capture is lost', (implementation) =>
  simulateSystem(example, { implementation, faults: lostAnswers }, async (phase) => {
    expect(await pressTwice(phase, order(1))).toBe(2);
  }),
);

describe('hardened', () => {
  const implementation = 'hardened';

  test('charges once when the customer presses twice, one after the other or at once', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      expect(await pressTwice(phase, order(1))).toBe(1);
      const request = order(2);
      phase.world.services.truth.orderPlaced(request);
      const answers = await Promise.all([1, 2, 3].map(() => phase.system.pay(request)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(phase.world.services.truth.totals.charges).toBe(2);
    }));

  test('asks the gateway when the answer of a capture is lost, and tells the customer the truth', () =>
    simulateSystem(example, { implementation, faults: lostAnswers }, async (phase) => {
      expect(await pay(phase, order(1))).toMatchObject({ status: 'captured' });
      expect(phase.context.elapsedMs()).toBeLessThan(3_000);
      expect(phase.world.services.truth.totals.charges).toBe(1);
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
          const { charges, doubleCharges } = phase.world.services.truth.totals;
          expect(doubleCharges).toBe(0);
          expect(charges).toBeGreaterThan(40);
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
        const { books, callbacks } = phase.world.services;
        expect(callbacks.metrics().delivered).toBe(4);
        expect(books.doubleCredits).toBe(0);
        expect(books.byKey('key-1')?.events.map(({ type }) => type)).toEqual([
          'payment.initiated',
          'payment.captured',
          'payment.settled',
        ]);
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
        const { totals } = phase.world.services.truth;
        for (let number = 0; number < 20; number += 1) await pay(phase, order(number));
        await phase.sleep(5 * 60_000);
        expect(totals.webhooksDelivered).toBe(0);
        expect(phase.system.deadLetters?.size).toBe(totals.charges);
        await phase.system.close();
        expect(totals.webhooksDelivered).toBe(totals.charges);
        expect(phase.system.deadLetters?.size).toBe(0);
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
        const { world, context, sleep } = phase;
        const healthy = world.services.merchants.all.find(({ id }) => !world.isSick(id));
        if (healthy === undefined) throw new Error('The seed leaves no merchant well.');
        for (let number = 0; number < 2_000; number += 1) {
          const drawn = world.services.merchants.draw(world.customers);
          const merchant = number % 20 === 0 ? healthy : drawn;
          const { id: merchantId, region, isVip } = merchant;
          void pay(phase, order(number, { merchantId, region, isVip }));
          await sleep(100);
        }
        await sleep(10_000);
        expect(context.meter.observations('healthyWebhook')).toBeGreaterThan(80);
        expect(context.meter.percentile('healthyWebhook', 99)).toBeLessThan(2_000);
      },
    ));
});

test('a guest, whose receipt throws, is charged again and again by listeners alone', async () => {
  for (const implementation of names) {
    await simulateSystem(example, { implementation }, async (phase) => {
      const { email: _email, ...guest } = order(1);
      phase.world.services.truth.orderPlaced(guest);
      const outcome = await phase.system.pay(guest).then(
        () => 'answered',
        () => 'failed after the charge',
      );
      await phase.sleep(10_000);
      expect(phase.world.services.truth.totals.charges, implementation).toBe(1);
      expect(outcome, implementation).toBe(
        implementation === 'event-emitter' ? 'failed after the charge' : 'answered',
      );
    });
  }
});
