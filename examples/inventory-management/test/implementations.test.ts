import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import type { Cart, OrderAnswer } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { downstreamNames } from '../src/domain/downstreams.ts';
import type { Inventory } from '../src/types.ts';
import { poolNames } from '../src/world.ts';
import { orderFor } from './shopping.ts';

type Phase = TestPhase<Inventory>;

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const minute = 60_000;
const hour = 60 * minute;

const cart = (number: number, productId = 'p-001', quantity = 1): Cart => ({
  cartId: `cart-${number}`,
  productId,
  quantity,
});

/** Orders what is in a cart, presses "buy" once, and reads the answer. */
async function buy({ truth, system }: Phase, inCart: Cart): Promise<OrderAnswer> {
  const order = orderFor(truth, inCart);
  truth.orderPlaced(order);
  const answer = await system.buy(order);
  truth.orderAnswered(order, answer);
  return answer;
}

async function fillAndBuy(phase: Phase, inCart: Cart): Promise<OrderAnswer> {
  await phase.system.addToCart(inCart);
  return buy(phase, inCart);
}

const stockOf = ({ truth }: Phase, productId = 'p-001'): number =>
  truth.stock.read(productId).available;

describe.each(names)('%s', (implementation) => {
  test('sells what is in the cart once, and every downstream hears of it', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const before = stockOf(phase);
      expect(await fillAndBuy(phase, cart(1, 'p-001', 2))).toEqual({ status: 'confirmed' });
      await phase.sleep(5_000);
      const { carrier, orders, views } = phase.truth;
      expect(stockOf(phase)).toBe(before - 2);
      expect(orders.confirmed).toBe(1);
      expect(carrier.oversoldUnits).toBe(0);
      expect(views.updates).toBe(downstreamNames.length);
      expect(views.wrong()).toBe(0);
      expect(orders.soldTwice()).toEqual([]);
      expect(orders.incomplete()).toEqual([]);
    }));

  test('fills no cart with more than there is', () =>
    simulateSystem(example, { implementation, settings: { hotUnits: 3 } }, async (phase) => {
      expect(await phase.system.addToCart(cart(1, 'p-001', 4))).toEqual({ status: 'sold-out' });
      expect(stockOf(phase)).toBe(3);
    }));

  test('sells one shopper after the other until nothing is left', () =>
    simulateSystem(example, { implementation, settings: { hotUnits: 5 } }, async (phase) => {
      let confirmed = 0;
      for (let number = 20; number < 32; number += 1) {
        const { status } = await phase.system.addToCart(cart(number));
        if (status === 'sold-out') continue;
        if ((await buy(phase, cart(number))).status === 'confirmed') confirmed += 1;
      }
      expect(confirmed).toBe(5);
      expect(phase.truth.carrier.oversoldUnits).toBe(0);
    }));

  test('refuses a card that its bank declines, and ships nothing', () =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1_000 } }, async (phase) => {
      const answers: OrderAnswer[] = [];
      for (let number = 0; number < 300; number += 1) {
        answers.push(await fillAndBuy(phase, cart(number)));
      }
      const refused = answers.filter(({ status }) => status === 'refused');
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set([JSON.stringify({ status: 'refused', reason: 'card' })]),
      );
      expect(phase.truth.orders.traces()).toEqual([]);
    }));

  test('returns every connection, also when the database refuses', () =>
    simulateSystem(
      example,
      { implementation, faults: [{ kind: 'error', service: 'stock', fromMs: 0, toMs: minute }] },
      async (phase) => {
        for (let number = 0; number < 5; number += 1) {
          await phase.system.addToCart(cart(number)).catch(() => undefined);
        }
        await phase.sleep(2 * minute);
        for (const name of poolNames) {
          expect(phase.pool(name)).toMatchObject({ inUse: 0, waiting: 0 });
        }
      },
    ));
});

test.each(['direct-calls', 'floating-promises'])(
  '%s sells the last unit to both who counted it',
  (implementation) =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1 } }, async (phase) => {
      await Promise.all([cart(1), cart(2)].map((each) => phase.system.addToCart(each)));
      await Promise.all([cart(1), cart(2)].map((each) => buy(phase, each)));
      expect(phase.truth.carrier.oversoldUnits).toBe(1);
      expect(phase.truth.stock.totals.unitsOff).toBe(1);
    }),
);

test.each(['event-emitter', 'hooks'])(
  '%s holds the last unit for more than one who read it at once',
  (implementation) =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1 } }, async (phase) => {
      const carts = Array.from({ length: 10 }, (_, number) => cart(20 + number));
      const answers = await Promise.all(carts.map((each) => phase.system.addToCart(each)));
      const held = carts.filter((_, number) => answers[number]?.status === 'in-cart');
      expect(held.length).toBeGreaterThan(1);
      await Promise.all(held.map((each) => buy(phase, each)));
      expect(phase.truth.carrier.oversoldUnits).toBe(held.length - 1);
    }),
);

/** The shopper presses "buy" again after the first attempt has ended. */
async function pressTwice(phase: Phase, inCart: Cart): Promise<void> {
  const order = orderFor(phase.truth, inCart);
  await phase.system.addToCart(inCart);
  phase.truth.orderPlaced(order);
  await phase.system.buy(order).catch(() => undefined);
  await phase.system.buy(order).catch(() => undefined);
  await phase.sleep(minute);
}

test.each(names)('%s charges and ships once when the shopper presses twice', (implementation) =>
  simulateSystem(example, { implementation }, async (phase) => {
    await pressTwice(phase, cart(1));
    expect(phase.truth.orders.soldTwice()).toEqual([]);
  }),
);

test.each(names)('%s charges once when the answer of the bank is lost', (implementation) =>
  simulateSystem(
    example,
    {
      implementation,
      faults: [
        { kind: 'drop-response', service: 'payments', operation: 'charge', fromMs: 0, toMs: 3_000 },
      ],
    },
    async (phase) => {
      await pressTwice(phase, cart(1));
      expect(phase.truth.orders.soldTwice()).toEqual([]);
      expect(phase.truth.orders.of('order-1')).toMatchObject({ charges: 1, parcels: 1 });
    },
  ),
);

test.each(['direct-calls', 'floating-promises'])(
  '%s counts the units again when the shopper presses twice',
  (implementation) =>
    simulateSystem(example, { implementation }, async (phase) => {
      const before = stockOf(phase);
      await pressTwice(phase, cart(1));
      expect(stockOf(phase)).toBe(before - 2);
      expect(phase.truth.shelfDifference()).toEqual({ products: 1, units: 1 });
    }),
);

test.each(names)('%s refuses a price that is not the catalogue’s', (implementation) =>
  simulateSystem(example, { implementation }, async (phase) => {
    await phase.system.addToCart(cart(1));
    const order = { ...orderFor(phase.truth, cart(1)), amountCents: 1 };
    phase.truth.orderPlaced(order);
    expect(await phase.system.buy(order)).toEqual({ status: 'refused', reason: 'price' });
    expect(phase.truth.orders.of('order-1')).toMatchObject({ charges: 0, parcels: 0 });
  }),
);

test.each(flawed)('%s keeps the money when the carrier refuses the parcel', (implementation) =>
  simulateSystem(
    example,
    { implementation, faults: [{ kind: 'error', service: 'shipping', fromMs: 0, toMs: hour }] },
    async (phase) => {
      await expect(fillAndBuy(phase, cart(1))).rejects.toThrow('shipping');
      await phase.sleep(minute);
      expect(phase.truth.orders.traces()).toHaveLength(1);
    },
  ),
);

test('direct calls let one hanging service of twelve hold every order', () =>
  simulateSystem(
    example,
    {
      implementation: 'direct-calls',
      faults: [{ kind: 'hang', service: 'recommendations', fromMs: 0, toMs: minute }],
    },
    async (phase) => {
      await fillAndBuy(phase, cart(1));
      expect(phase.context.elapsedMs()).toBeGreaterThan(minute);
    },
  ));

test('the listener that is never removed puts sold units back on sale', () =>
  simulateSystem(example, { implementation: 'event-emitter' }, async (phase) => {
    const before = stockOf(phase);
    await fillAndBuy(phase, cart(1));
    await phase.sleep(16 * minute);
    expect(stockOf(phase)).toBe(before);
    expect(phase.truth.stock.totals).toMatchObject({ sold: 1, endedTwice: 1, unitsOff: 1 });
  }));

test('hooks alone hold an abandoned cart for ever', () =>
  simulateSystem(example, { implementation: 'hooks' }, async (phase) => {
    const before = stockOf(phase);
    await phase.system.addToCart(cart(1));
    await phase.sleep(24 * hour);
    expect(stockOf(phase)).toBe(before - 1);
  }));

test.each(['direct-calls', 'floating-promises'])(
  '%s puts nothing aside: who has filled a cart finds it sold out at the checkout',
  (implementation) =>
    simulateSystem(example, { implementation, settings: { hotUnits: 1 } }, async (phase) => {
      const { system, truth } = phase;
      for (const each of [cart(1), cart(2)]) {
        truth.cartWanted(each);
        truth.cartAnswered(each, await system.addToCart(each));
      }
      await buy(phase, cart(1));
      expect(await buy(phase, cart(2))).toEqual({ status: 'refused', reason: 'sold-out' });
      expect(truth.wishes.notKept).toBe(1);
    }),
);
