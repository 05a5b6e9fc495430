import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import { type Cart, cartLimitMs, type Order, type OrderAnswer } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { downstreamNames } from '../src/domain/downstreams.ts';
import type { Inventory } from '../src/types.ts';
import { expectAllInOrder, orderFor } from './shopping.ts';

type Phase = TestPhase<Inventory>;

const implementation = 'hardened';
const minute = 60_000;
const hour = 60 * minute;

const cart = (number: number, quantity = 1): Cart => ({
  cartId: `cart-${number}`,
  productId: 'p-001',
  quantity,
});

/** Places an order for what is in a cart. */
function place({ truth }: Phase, inCart: Cart): Order {
  const order = orderFor(truth, inCart);
  truth.orderPlaced(order);
  return order;
}

/** Presses "buy" once, and reads the answer. */
async function buy({ system, truth }: Phase, order: Order): Promise<OrderAnswer> {
  const answer = await system.buy(order);
  truth.orderAnswered(order, answer);
  return answer;
}

async function fillAndBuy(phase: Phase, inCart: Cart): Promise<OrderAnswer> {
  await phase.system.addToCart(inCart);
  return buy(phase, place(phase, inCart));
}

/** All of the stock database, for ten minutes, a minute after the beginning. */
const stockAway: Fault = {
  kind: 'hang',
  service: 'stock',
  fromMs: minute,
  toMs: 11 * minute,
};

const stockOf = ({ truth }: Phase): number => truth.stock.read('p-001').available;

describe('reservations', () => {
  test('the last unit goes to one of two who want it at once', () =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1 } }, async (phase) => {
      const answers = await Promise.all(
        [cart(1), cart(2)].map((each) => phase.system.addToCart(each)),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual(['in-cart', 'sold-out']);
    }));

  test('twenty of fifty who come at once get the twenty units, after version conflicts', () =>
    simulateSystem(
      example,
      { implementation, settings: { hotUnits: 20, reserveAttempts: 50 } },
      async (phase) => {
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, number) => phase.system.addToCart(cart(number))),
        );
        expect(answers.filter(({ status }) => status === 'in-cart')).toHaveLength(20);
        expect(phase.truth.stock.totals.conflicts).toBeGreaterThan(0);
        await phase.close();
        expectAllInOrder(phase.truth);
      },
    ));

  test('who finds the row changed in every attempt is told that it is busy, and holds nothing', () =>
    simulateSystem(
      example,
      { implementation, settings: { hotUnits: 50, reserveAttempts: 1 } },
      async (phase) => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, (_, number) => phase.system.addToCart(cart(number))),
        );
        const busy = outcomes.filter(({ status }) => status === 'rejected');
        expect(busy.length).toBeGreaterThan(0);
        expect(busy[0]).toMatchObject({ reason: { code: 'PRODUCT_BUSY', productId: 'p-001' } });
        expect(phase.truth.stock.totals.reservations).toBe(10 - busy.length);
      },
    ));

  test('an abandoned cart expires after 15 minutes, and not before', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const before = stockOf(phase);
      await phase.system.addToCart(cart(1));
      await phase.sleep(15 * minute - 1_000);
      expect(stockOf(phase)).toBe(before - 1);
      await phase.sleep(2_000);
      expect(stockOf(phase)).toBe(before);
      expect(phase.truth.stock.totals.expired).toBe(1);
    }));

  test('a cart that is emptied is on sale again at once, and does not expire later', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const before = stockOf(phase);
      await phase.system.addToCart(cart(1));
      await phase.system.removeFromCart(cart(1));
      await phase.sleep(1_000);
      expect(stockOf(phase)).toBe(before);
      await phase.sleep(hour);
      expect(phase.truth.stock.totals).toMatchObject({ released: 1, expired: 0 });
    }));

  test('a cart that is emptied while the database is away is on sale again once it is back', () =>
    simulateSystem(example, { implementation, faults: [stockAway] }, async (phase) => {
      const before = stockOf(phase);
      await phase.system.addToCart(cart(1));
      await phase.sleep(minute);
      // Its shopper does not wait so long.
      const emptied = phase.system.removeFromCart(cart(1)).catch(() => 'unknown');
      await phase.sleep(15 * minute);
      expect(stockOf(phase)).toBe(before);
      await emptied;
    }));

  test('a cart that is being paid for does not expire, however long the bank takes', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { holdMinutes: 1 },
        faults: [
          {
            kind: 'slow',
            service: 'payments',
            fromMs: 0,
            toMs: hour,
            latency: { fixedMs: 1_400 },
          },
        ],
      },
      async (phase) => {
        await phase.system.addToCart(cart(1));
        await phase.sleep(minute - 500);
        expect(await buy(phase, place(phase, cart(1)))).toEqual({ status: 'confirmed' });
        expect(phase.truth.stock.totals).toMatchObject({ sold: 1, expired: 0 });
      },
    ));

  test('who comes back late gets what is there then, and pays once', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await phase.system.addToCart(cart(1));
      await phase.sleep(20 * minute);
      expect(await buy(phase, place(phase, cart(1)))).toEqual({ status: 'confirmed' });
      expect(phase.truth.stock.totals).toMatchObject({ sold: 1, expired: 1 });
    }));

  test('who comes back late to an empty shelf is refused, and pays nothing', () =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1 } }, async (phase) => {
      await phase.system.addToCart(cart(1));
      await phase.sleep(20 * minute);
      expect(await fillAndBuy(phase, cart(2))).toEqual({ status: 'confirmed' });
      const answer = await buy(phase, place(phase, cart(1)));
      expect(answer).toEqual({ status: 'refused', reason: 'sold-out' });
      await phase.close();
      expectAllInOrder(phase.truth);
    }));

  test('who waits for a silent database is told so after the limit, and joins the attempt', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'hang', service: 'stock', fromMs: 0, toMs: cartLimitMs + 500 }],
      },
      async ({ system, context, sleep, truth }) => {
        await expect(system.addToCart(cart(1))).rejects.toMatchObject({
          name: 'CallTimeoutError',
          timeoutMs: cartLimitMs,
        });
        expect(context.elapsedMs()).toBe(cartLimitMs);
        expect(await system.addToCart(cart(1))).toEqual({ status: 'in-cart' });
        await sleep(hour);
        expect(truth.stock.totals).toMatchObject({ reservations: 1, expired: 1, endedTwice: 0 });
      },
    ));

  test('stay fast while all twelve downstream services hang', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: downstreamNames.map((service) => ({
          kind: 'hang',
          service,
          fromMs: 0,
          toMs: hour,
        })),
      },
      async (phase) => {
        const { context, sleep, system } = phase;
        for (let number = 0; number < 200; number += 1) {
          const startedMs = context.elapsedMs();
          await system.addToCart(cart(number));
          expect(context.elapsedMs() - startedMs).toBeLessThan(200);
          await sleep(100);
        }
      },
    ));
});

describe('orders', () => {
  test('one order is sold once, pressed three times at once and once more later', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await phase.system.addToCart(cart(1));
      const order = place(phase, cart(1));
      const answers = await Promise.all([1, 2, 3].map(() => buy(phase, order)));
      answers.push(await buy(phase, order));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['confirmed']));
      await phase.close();
      expectAllInOrder(phase.truth);
    }));

  test('an order with a price that is not ours is refused before anything happens', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await phase.system.addToCart(cart(1));
      const order = { ...place(phase, cart(1)), amountCents: 1 };
      expect(await buy(phase, order)).toEqual({ status: 'refused', reason: 'price' });
      await phase.sleep(hour);
      expectAllInOrder(phase.truth);
    }));

  test('a refused parcel gives the money and the units back', () =>
    simulateSystem(
      example,
      { implementation, faults: [{ kind: 'error', service: 'shipping', fromMs: 0, toMs: minute }] },
      async (phase) => {
        const before = stockOf(phase);
        const answer = await fillAndBuy(phase, cart(1));
        expect(answer).toEqual({ status: 'refused', reason: 'unavailable' });
        await phase.close();
        expect(phase.truth.bank.refunds).toBe(1);
        expect(stockOf(phase)).toBe(before);
        expectAllInOrder(phase.truth);
      },
    ));

  test('an undo waits for the service that it needs', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'error', service: 'shipping', fromMs: 0, toMs: 5 * minute },
          { kind: 'hang', service: 'payments', operation: 'refund', fromMs: 0, toMs: 10 * minute },
        ],
      },
      async (phase) => {
        await fillAndBuy(phase, cart(1));
        await phase.sleep(4 * minute);
        expect(phase.truth.bank.refunds).toBe(0);
        await phase.close();
        expect(phase.truth.bank.refunds).toBe(1);
        expectAllInOrder(phase.truth);
      },
    ));

  const steps = [
    ['stock', 'reserve'],
    ['stock', 'claim'],
    ['stock', 'end'],
    ['payments', 'charge'],
    ['shipping', 'ship'],
    ['mail', 'confirm'],
  ] as const;

  test.each(steps)('a lost answer of %s.%s is asked about, not guessed', (service, operation) =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'drop-response', service, operation, fromMs: 0, toMs: 1_000 }],
      },
      async (phase) => {
        expect(await fillAndBuy(phase, cart(1))).toEqual({ status: 'confirmed' });
        expect(phase.context.elapsedMs()).toBeLessThan(10_000);
        await phase.close();
        expectAllInOrder(phase.truth);
      },
    ),
  );

  test.each(steps)(
    'calls of %s.%s come when nobody waits for them any more',
    (service, operation) =>
      simulateSystem(
        example,
        {
          implementation,
          faults: [
            {
              kind: 'slow',
              service,
              operation,
              fromMs: 0,
              toMs: minute,
              latency: { fixedMs: 1.5 * minute },
            },
          ],
        },
        async (phase) => {
          const before = stockOf(phase);
          const isSold = await fillAndBuy(phase, cart(1)).then(
            ({ status }) => status === 'confirmed',
            () => false,
          );
          await phase.sleep(4 * minute);
          await phase.close();
          expect(stockOf(phase)).toBe(before - (isSold ? 1 : 0));
          expectAllInOrder(phase.truth);
        },
      ),
  );

  test.each(steps)('half of the calls of %s.%s are reset, performed or not', (service, operation) =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'reset', service, operation, fromMs: 0, toMs: hour, share: 0.5 }],
      },
      async (phase) => {
        for (let number = 0; number < 40; number += 1) {
          await phase.system.addToCart(cart(number)).catch(() => undefined);
          await buy(phase, place(phase, cart(number)));
        }
        await phase.close();
        expect(phase.truth.orders.confirmed).toBeGreaterThan(20);
        expectAllInOrder(phase.truth);
      },
    ),
  );
});

describe('downstream services', () => {
  test('one that fails learns the newest stock when it is back', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'search', fromMs: 0, toMs: 2 * minute }],
      },
      async (phase) => {
        const { views } = phase.truth;
        for (let number = 0; number < 100; number += 1) {
          await phase.system.addToCart(cart(number));
          await phase.sleep(1_000);
        }
        expect(views.wrong()).toBe(1);
        // The breaker spares a service that fails: it is asked now and then, not for each change.
        expect(phase.network.stats().get('search')?.calls).toBeLessThan(40);
        await phase.sleep(3 * minute);
        expect(views.wrong()).toBe(0);
      },
    ));

  const overtaking = [
    {
      how: 'overtake each other',
      fault: { kind: 'reorder', delayMs: 900, toMs: hour },
      restMs: 30_000,
    },
    {
      how: 'come when nobody waits for them any more',
      fault: { kind: 'slow', latency: { fixedMs: 5_000 }, share: 0.5, toMs: minute },
      restMs: 3 * minute,
    },
  ] as const;

  test.each(overtaking)('updates that $how leave the newest', ({ fault, restMs }) =>
    simulateSystem(
      example,
      {
        implementation,
        faults: downstreamNames.map((service) => ({
          ...fault,
          service,
          fromMs: 0,
        })),
      },
      async (phase) => {
        for (let number = 0; number < 60; number += 1) {
          await phase.system.addToCart(cart(number));
          await phase.sleep(50);
        }
        await phase.sleep(restMs);
        expect(phase.truth.views.wrong()).toBe(0);
        expect(phase.truth.views.falseHeadlines).toBe(0);
      },
    ),
  );
});

/** A schedule of faults that differs from seed to seed. */
function faultsOf(seed: number): readonly Fault[] {
  const fromMs = (seed * 1_337) % 20_000;
  const window = { fromMs, toMs: fromMs + 30_000 };
  const share = 0.1 + ((seed * 7) % 10) / 20;
  const services = ['stock', 'payments', 'shipping', 'mail', 'search'];
  const service = services[seed % services.length] ?? 'stock';
  const other = services[(seed + 2) % services.length] ?? 'mail';
  return [
    { kind: 'drop-response', service, ...window, share },
    { kind: 'reset', service: other, ...window, share },
    { kind: 'duplicate', service: 'stock', ...window, share, copies: 2 },
    { kind: 'error', service: 'shipping', operation: 'ship', ...window, share },
    { kind: 'reorder', service: 'stock', ...window, delayMs: 80 },
  ];
}

test.each(Array.from({ length: 40 }, (_, index) => index + 1))(
  'seed %i: shoppers who buy, leave, come back and press twice in a storm of faults break nothing',
  (seed) =>
    simulateSystem(
      example,
      { implementation, seed, settings: { hotUnits: 12, holdMinutes: 1 }, faults: faultsOf(seed) },
      async (phase) => {
        const random = phase.context.random('test');
        const shoppers = Array.from({ length: 60 }, async (_, number) => {
          const inCart = cart(number, random.chance(0.3) ? 2 : 1);
          const intent = random.pick(['buy', 'buy', 'buy', 'buy-twice', 'remove', 'abandon']);
          const thinkMs = random.chance(0.2) ? 61_000 : random.integer(0, 5_000);
          await phase.sleep(random.integer(0, 40_000));
          await phase.system.addToCart(inCart).catch(() => undefined);
          if (intent === 'abandon') return;
          await phase.sleep(thinkMs);
          if (intent === 'remove') {
            await phase.system.removeFromCart(inCart).catch(() => undefined);
            return;
          }
          const order = place(phase, inCart);
          const first = buy(phase, order);
          if (intent === 'buy-twice') await buy(phase, order);
          await first;
        });
        await Promise.all(shoppers);
        await phase.close();
        expectAllInOrder(phase.truth);
        expect(phase.truth.stock.totals.reservations).toBeGreaterThan(5);
      },
    ),
);
