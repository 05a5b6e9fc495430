import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import type { Cart } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { Settings } from '../src/settings.ts';
import type { Inventory } from '../src/types.ts';
import { orderFor } from './shopping.ts';

/** What a process that comes back does at once with what the one before has left. */

type Phase = TestPhase<Inventory>;

const cart: Cart = { cartId: 'cart-1', productId: 'p-001', quantity: 1 };

const crashMs = 50_000;
const upMs = 52_000;
/** By then it has looked, and ended what could be ended; its next look is a minute after the first. */
const soonMs = upMs + 5_000;

const withCrash = (
  { faults = [], settings }: { faults?: readonly Fault[]; settings?: Partial<Settings> },
  body: (phase: Phase & { readonly until: (ms: number) => Promise<void> }) => Promise<void>,
): Promise<void> =>
  simulateSystem(
    example,
    {
      implementation: 'hardened',
      settings: { products: 4, holdMinutes: 1, ...settings },
      faults: [{ kind: 'crash', service: 'app', fromMs: crashMs, toMs: upMs }, ...faults],
    },
    (phase) => body({ ...phase, until: (ms) => phase.sleep(ms - phase.context.elapsedMs()) }),
  );

const totals = ({ truth }: Phase) => truth.stock.totals;

/** An order that somebody places so long before the crash, and hears nothing of. */
async function buyBefore(phase: Phase, ms: number): Promise<void> {
  const { system, sleep, truth, context } = phase;
  await system.addToCart(cart);
  await sleep(crashMs - ms - context.elapsedMs());
  const order = orderFor(truth, cart);
  truth.orderPlaced(order);
  void system.buy(order).catch(() => {});
}

test('a hold expires when it would have', () =>
  withCrash({}, async (phase) => {
    await phase.system.addToCart(cart);
    await phase.until(59_900);
    expect(totals(phase).expired).toBe(0);
    await phase.until(60_500);
    expect(totals(phase).expired).toBe(1);
  }));

test('a hold that would have expired meanwhile expires at once', () =>
  withCrash({ settings: { holdMinutes: 51 / 60 } }, async (phase) => {
    await phase.system.addToCart(cart);
    await phase.until(upMs - 1);
    expect(totals(phase).expired).toBe(0);
    await phase.until(upMs + 500);
    expect(totals(phase).expired).toBe(1);
  }));

test('a hold of the process before is given back by its shopper, and does not expire then', () =>
  withCrash({}, async (phase) => {
    await phase.system.addToCart(cart);
    await phase.until(upMs + 1_000);
    await phase.system.removeFromCart(cart);
    expect(totals(phase)).toMatchObject({ released: 1 });
    await phase.until(200_000);
    expect(totals(phase)).toMatchObject({ released: 1, expired: 0, endedTwice: 0 });
  }));

// How long before the crash the order is placed: it is then at the bank, at the carrier, or at the mail.
test.each([100, 250, 400, 600])(
  'an order placed %i ms before is paid, sent and confirmed soon',
  (ms) =>
    withCrash({}, async (phase) => {
      await buyBefore(phase, ms);
      await phase.until(soonMs);
      const { bank, orders } = phase.truth;
      expect(totals(phase)).toMatchObject({ sold: 1, released: 0, expired: 0 });
      expect(bank.refunds).toBe(0);
      expect(orders.soldTwice()).toEqual([]);
      expect(orders.incomplete()).toEqual([]);
      expect(await phase.system.buy(orderFor(phase.truth, cart))).toEqual({ status: 'confirmed' });
    }),
);

test('a confirmation that could not be mailed before is mailed soon', () =>
  withCrash(
    { faults: [{ kind: 'error', service: 'mail', fromMs: 0, toMs: upMs }] },
    async (phase) => {
      await buyBefore(phase, 10_000);
      let mails = 0;
      await phase.until(soonMs);
      mails = phase.network.stats().get('mail')?.succeeded ?? 0;
      expect(mails).toBe(1);
    },
  ));

test('what could not be given back before is given back soon', () =>
  withCrash(
    {
      faults: [
        { kind: 'error', service: 'shipping', operation: 'ship', fromMs: 0, toMs: upMs },
        { kind: 'error', service: 'shipping', operation: 'recall', fromMs: 0, toMs: upMs },
      ],
    },
    async (phase) => {
      await buyBefore(phase, 10_000);
      await phase.until(upMs);
      expect(phase.truth.bank.refunds).toBe(0);
      await phase.until(soonMs);
      expect(phase.truth.bank.refunds).toBe(1);
      expect(totals(phase)).toMatchObject({ sold: 0, released: 1 });
    },
  ));

test('a first look that fails is taken again soon', () =>
  withCrash(
    { faults: [{ kind: 'error', service: 'stock', fromMs: upMs, toMs: upMs + 3_000 }] },
    async (phase) => {
      await phase.system.addToCart(cart);
      await phase.until(60_500);
      expect(totals(phase).expired).toBe(1);
    },
  ));

test('services hear what changed before, although who was told what is forgotten', () =>
  withCrash(
    { faults: [{ kind: 'error', service: 'search', fromMs: 0, toMs: upMs }] },
    async (phase) => {
      await phase.system.addToCart(cart);
      await phase.until(upMs);
      expect(phase.truth.views.wrong()).toBe(1);
      await phase.until(soonMs);
      expect(phase.truth.views.wrong()).toBe(0);
    },
  ));

/** What is noted until the crash is performed 20 s later, when another process has done its work. */
const late: Fault = {
  kind: 'slow',
  service: 'sagas',
  operation: 'note',
  latency: { fixedMs: 20_000 },
  fromMs: 0,
  toMs: crashMs,
};
const secondCrash = { kind: 'crash', service: 'app', fromMs: 75_000, toMs: 76_000 } as const;
const secondLookMs = secondCrash.toMs + 5_000;

test('an order stays confirmed when it is noted late that it will be undone', () =>
  withCrash(
    {
      faults: [
        { kind: 'error', service: 'shipping', operation: 'ship', fromMs: 0, toMs: crashMs },
        late,
        secondCrash,
      ],
    },
    async (phase) => {
      await buyBefore(phase, 10_000);
      await phase.until(soonMs);
      expect(totals(phase)).toMatchObject({ sold: 1, released: 0 });
      await phase.until(secondLookMs);
      const { bank, carrier, orders } = phase.truth;
      expect([bank.refunds, carrier.recalls, orders.incomplete()]).toEqual([0, 0, []]);
      expect(await phase.system.buy(orderFor(phase.truth, cart))).toEqual({ status: 'confirmed' });
    },
  ));

test('an order stays refused when it is noted late that it is confirmed', () =>
  withCrash(
    {
      faults: [
        late,
        { kind: 'error', service: 'shipping', operation: 'ship', fromMs: crashMs, toMs: soonMs },
        { kind: 'hang', service: 'shipping', operation: 'find', fromMs: crashMs, toMs: soonMs },
        secondCrash,
      ],
    },
    async (phase) => {
      await buyBefore(phase, 2_000);
      await phase.until(secondLookMs);
      const { bank, carrier, orders } = phase.truth;
      expect([bank.refunds, carrier.recalls, orders.soldTwice()]).toEqual([1, 1, []]);
      expect(phase.network.stats().get('mail')).toMatchObject({ calls: 0 });
      expect(await phase.system.buy(orderFor(phase.truth, cart))).toEqual({
        status: 'refused',
        reason: 'unavailable',
      });
    },
  ));

test('who is about to undo an order goes on with it when it was noted late that it is confirmed', () =>
  withCrash(
    {
      faults: [
        late,
        // Longer than the late note takes, and shorter than the next look.
        { kind: 'hang', service: 'payments', fromMs: crashMs, toMs: 90_000 },
      ],
    },
    async (phase) => {
      await buyBefore(phase, 10_000);
      await phase.until(100_000);
      const { bank, carrier, orders } = phase.truth;
      expect([bank.refunds, carrier.recalls, orders.incomplete()]).toEqual([0, 0, []]);
      expect(totals(phase)).toMatchObject({ sold: 1, released: 0 });
      expect(await phase.system.buy(orderFor(phase.truth, cart))).toEqual({ status: 'confirmed' });
    },
  ));

test('who is about to confirm an order undoes it when it was noted late that it will be undone', () =>
  withCrash(
    {
      faults: [
        { kind: 'error', service: 'shipping', operation: 'ship', fromMs: 0, toMs: crashMs },
        late,
        { kind: 'hang', service: 'payments', fromMs: crashMs, toMs: 65_000 },
      ],
    },
    async (phase) => {
      await buyBefore(phase, 10_000);
      await phase.until(75_000);
      const { bank, carrier, orders } = phase.truth;
      expect([bank.refunds, carrier.recalls, orders.soldTwice()]).toEqual([1, 1, []]);
      expect(totals(phase)).toMatchObject({ sold: 0, released: 1 });
      expect(phase.network.stats().get('mail')).toMatchObject({ calls: 0 });
    },
  ));

test('an order goes on waiting for its units when it is noted late that it will be undone', () =>
  withCrash(
    {
      settings: { holdMinutes: 2, hotUnits: 1, oversell: true, oversellPercent: 100 },
      faults: [{ kind: 'error', service: 'payments', fromMs: 0, toMs: crashMs }, late, secondCrash],
    },
    async (phase) => {
      await phase.system.addToCart({ ...cart, cartId: 'cart-of-who-came-first' });
      await buyBefore(phase, 10_000);
      await phase.until(secondLookMs);
      const { bank } = phase.truth;
      expect([bank.refunds, totals(phase).released]).toEqual([0, 0]);
      const order = orderFor(phase.truth, cart);
      expect(await phase.system.buy(order)).toEqual({ status: 'backordered' });
      await phase.until(200_000);
      expect(await phase.system.buy(order)).toEqual({ status: 'confirmed' });
    },
  ));

test('an order that nobody knew to have begun is begun when its shopper asks again', () =>
  simulateSystem(
    example,
    {
      implementation: 'hardened',
      settings: { products: 4 },
      faults: [{ kind: 'hang', service: 'sagas', fromMs: 0, toMs: 60_000 }],
    },
    async ({ system, truth, sleep }) => {
      await system.addToCart(cart);
      const order = orderFor(truth, cart);
      truth.orderPlaced(order);
      await expect(system.buy(order)).rejects.toMatchObject({ service: 'sagas' });
      await sleep(60_000);
      expect(await system.buy(order)).toEqual({ status: 'confirmed' });
    },
  ));
