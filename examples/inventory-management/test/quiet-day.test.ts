import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import type { Cart, StockUpdate } from '../src/domain.ts';
import { downstreamNames } from '../src/domain/downstreams.ts';
import { example } from '../src/example.ts';
import { createShop, hardenedParts } from '../src/implementations/hardened/shop.ts';
import type { Settings } from '../src/settings.ts';
import type { Context, Outside } from '../src/system.ts';
import type { Inventory } from '../src/types.ts';
import { orderFor } from './shopping.ts';

/** What a shop asks of others when nothing is wrong: no more than it takes. */

type Phase = TestPhase<Inventory>;

const cart = (number: number): Cart => ({
  cartId: `cart-${number}`,
  productId: 'p-001',
  quantity: 1,
});

/** Long enough for all that is told in the background, and shorter than until the next look for what was left. */
const restMs = 10_000;

const quietly = (settings: Partial<Settings>, body: (phase: Phase) => Promise<void>) =>
  simulateSystem(
    example,
    { implementation: 'hardened', settings: { products: 4, ...settings } },
    body,
  );

/** Calls of each service that has had any since it was asked last. */
function createCounter({ network }: Phase): () => Readonly<Record<string, number>> {
  const seen = new Map<string, number>();
  return () => {
    const calls: Record<string, number> = {};
    for (const [name, stats] of network.stats()) {
      const since = stats.calls - (seen.get(name) ?? 0);
      seen.set(name, stats.calls);
      if (since > 0) calls[name] = since;
    }
    return calls;
  };
}

const toldOnce = Object.fromEntries(downstreamNames.map((name) => [name, 1]));

test('a cart takes a look at the row and a statement, the next one a statement; each service is told once', () =>
  quietly({}, async (phase) => {
    const calls = createCounter(phase);
    await phase.system.addToCart(cart(1));
    await phase.sleep(restMs);
    expect(calls()).toEqual({ ...toldOnce, stock: 2 });
    await phase.system.addToCart(cart(2));
    await phase.sleep(restMs);
    expect(calls()).toEqual({ ...toldOnce, stock: 1 });
    await phase.system.addToCart(cart(2));
    await phase.sleep(restMs);
    expect(calls(), 'it is in the cart already').toEqual({});
  }));

test('an order is begun, confirmed and done, and asks bank, carrier and mail once', () =>
  quietly({}, async (phase) => {
    const { system, truth, sleep } = phase;
    const calls = createCounter(phase);
    await system.addToCart(cart(1));
    await sleep(restMs);
    calls();
    const order = orderFor(truth, cart(1));
    truth.orderPlaced(order);
    expect(await system.buy(order)).toEqual({ status: 'confirmed' });
    await sleep(restMs);
    expect(calls()).toEqual({ sagas: 3, stock: 2, payments: 1, shipping: 1, mail: 1 });
    expect(await system.buy(order)).toEqual({ status: 'confirmed' });
    await sleep(restMs);
    expect(calls(), 'it is sold already').toEqual({});
  }));

test('of an order that ends with its first step nothing else is undone', () =>
  quietly({}, async (phase) => {
    const { system, truth, sleep } = phase;
    const calls = createCounter(phase);
    const order = { ...orderFor(truth, cart(1)), amountCents: 1 };
    truth.orderPlaced(order);
    expect(await system.buy(order)).toEqual({ status: 'refused', reason: 'price' });
    await sleep(restMs);
    expect(calls()).toEqual({ sagas: 3 });
  }));

test('what is given back, or has expired, takes one statement, and each service is told once', () =>
  quietly({ holdMinutes: 0.5 }, async (phase) => {
    const { system, sleep } = phase;
    const calls = createCounter(phase);
    await system.addToCart(cart(1));
    await sleep(restMs);
    calls();
    await system.removeFromCart(cart(1));
    await sleep(restMs);
    expect(calls()).toEqual({ ...toldOnce, stock: 1 });
    await system.addToCart(cart(2));
    await sleep(restMs);
    calls();
    await sleep(25_000);
    expect(calls()).toEqual({ ...toldOnce, stock: 1 });
  }));

test('where nothing is held before the checkout, a cart is a look at the row', () =>
  quietly({ holdAtCheckout: true }, async (phase) => {
    const { system, sleep } = phase;
    const calls = createCounter(phase);
    await system.addToCart(cart(1));
    await sleep(restMs);
    // The first look is news for the services.
    expect(calls()['stock']).toBe(1);
    await system.removeFromCart(cart(1));
    await sleep(restMs);
    expect(calls()).toEqual({});
  }));

test('what a process before has left is looked for once a minute, and not when there was none', () =>
  quietly({}, async (phase) => {
    const calls = createCounter(phase);
    await phase.sleep(59_000);
    expect(calls()).toEqual({});
    await phase.sleep(2_000);
    expect(calls()).toEqual({ sagas: 1, stock: 4 });
  }));

const asked = (times: number) => ({
  'replica-a': times,
  'replica-b': times,
  'replica-c': times,
});

test('the shop asks once who the primaries are, and the keeper asks once a second', () =>
  quietly({ replicas: true }, async (phase) => {
    const { at, sleep } = phase;
    const calls = createCounter(phase);
    await sleep(500);
    for (const [number, times] of [11, 10, 10].entries()) {
      await at(0).addToCart(cart(number));
      await sleep(restMs);
      expect(calls()).toMatchObject(asked(times));
    }
  }));

test('a service is told what is available under which version, and only the advertisement has a headline', () => {
  const updates = new Map<string, StockUpdate[]>();
  const listenedTo = ({ downstreams }: Outside): Outside['downstreams'] => {
    const changed = { ...downstreams };
    for (const name of downstreamNames) {
      changed[name] = {
        update(input, options) {
          updates.set(name, [...(updates.get(name) ?? []), input]);
          return downstreams[name].update(input, options);
        },
      };
    }
    return changed;
  };
  const implementation = {
    name: 'listened-to',
    week: 90,
    flaw: 'none: its updates are read',
    create: (context: Context) => {
      const outside = { ...context.outside, downstreams: listenedTo(context.outside) };
      return createShop({ ...context, outside }, hardenedParts);
    },
  };
  return simulateSystem(
    example,
    { implementation, settings: { products: 4, hotUnits: 9 } },
    async ({ system, sleep }) => {
      await system.addToCart(cart(1));
      await sleep(restMs);
      for (const name of downstreamNames) {
        const [update, ...more] = updates.get(name) ?? [];
        expect(update, name).toMatchObject({ productId: 'p-001', available: 8, version: 1 });
        expect(update?.text !== undefined, name).toBe(name === 'ads');
        expect(more, name).toEqual([]);
      }
    },
  );
});

test('of many changes of a product that had to wait, only the newest is told', () =>
  quietly({ nodeWorkers: 1, maxNodes: 1 }, async (phase) => {
    const { system, sleep, truth } = phase;
    for (let number = 0; number < 8; number += 1) await system.addToCart(cart(number));
    const before = truth.views.updates;
    await sleep(restMs);
    expect(truth.views.wrong()).toBe(0);
    expect(truth.views.updates - before).toBeLessThanOrEqual(2 * downstreamNames.length);
  }));
