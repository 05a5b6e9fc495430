import type { Fault } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import { createLeaders } from '../src/implementations/hardened/leaders.ts';
import { createLevels } from '../src/implementations/hardened/levels.ts';
import { createPatience } from '../src/implementations/hardened/patience.ts';
import { createReservations } from '../src/implementations/hardened/reservations.ts';
import { createStatements, type Reservation } from '../src/implementations/hardened/statements.ts';
import type { Settings } from '../src/settings.ts';
import type { Context } from '../src/system.ts';
import { inPlace, type InPlace } from './in-place.ts';

/** What this process does about holds by itself: nobody looks for what is left. */

const minute = 60_000;
const holdMs = 15 * minute;

const cart = (number: number, quantity = 1): Reservation => ({
  reservationId: `cart-${number}`,
  productId: 'p-001',
  quantity,
});

/** Two processes that know nothing of each other, on the same database. */
function createTwo(context: Context) {
  const { outside, settings } = context;
  const statements = createStatements(outside, createLeaders(outside), settings);
  const patience = createPatience(context.random('patience'), () => {});
  const create = () =>
    createReservations(
      context,
      statements,
      createLevels(() => {}),
      patience,
    );
  return { own: create(), other: create(), statements };
}

type Two = ReturnType<typeof createTwo>;

const withTwo = (
  { faults = [], ...settings }: Partial<Settings> & { readonly faults?: readonly Fault[] },
  body: (phase: InPlace<Two> & Two & { readonly calls: () => number }) => Promise<void>,
): Promise<void> =>
  inPlace({ settings: { hotUnits: 3, ...settings }, faults }, createTwo, (phase) =>
    body({
      ...phase,
      ...phase.part,
      calls: () => phase.network.stats().get('stock')?.calls ?? 0,
    }),
  );

test('a hold expires after its time, once, and not before', () =>
  withTwo({}, async ({ own, sleep, truth }) => {
    expect(await own.hold(cart(1))).toBe('held');
    await sleep(holdMs - 1_000);
    expect(truth.stock.totals.expired).toBe(0);
    await sleep(1_100);
    expect(truth.stock.totals.expired).toBe(1);
    expect(truth.stock.available('p-001')).toBe(3);
  }));

test('who asks for the same hold again, at once or later, costs nothing and moves nothing', () =>
  withTwo({}, async ({ own, calls, sleep, truth }) => {
    expect(await Promise.all([own.hold(cart(1)), own.hold(cart(1))])).toEqual(['held', 'held']);
    const before = calls();
    await sleep(minute);
    expect(await own.hold(cart(1))).toBe('held');
    expect(calls()).toBe(before);
    await sleep(holdMs);
    expect(truth.stock.totals).toMatchObject({ reservations: 1, expired: 1 });
  }));

test('who was told that it is sold out is told so again, until there is something', () =>
  withTwo({}, async ({ own }) => {
    await own.hold(cart(1, 3));
    expect(await own.hold(cart(2))).toBe('sold-out');
    expect(await own.hold(cart(2))).toBe('sold-out');
    await own.release(cart(1));
    expect(await own.hold(cart(2))).toBe('held');
  }));

test('of what was refused nothing is ended later', () =>
  withTwo({ reserveAttempts: 1 }, async ({ own, other, calls, sleep, truth }) => {
    await own.hold(cart(0));
    await other.isThere(cart(0));
    await own.hold(cart(1, 2));
    await expect(other.hold(cart(2))).rejects.toMatchObject({ code: 'PRODUCT_BUSY' });
    expect(await other.hold(cart(3))).toBe('sold-out');
    for (const number of [0, 1]) await own.release(cart(number));
    const before = calls();
    await sleep(2 * holdMs);
    expect(calls()).toBe(before);
    expect(truth.stock.totals.reservations).toBe(2);
  }));

test('a hold of which nobody heard whether it took effect ends all the same', () =>
  withTwo(
    { faults: [{ kind: 'drop-response', service: 'stock', fromMs: 1_000, toMs: minute }] },
    async ({ own, sleep, truth }) => {
      await own.hold(cart(0));
      await sleep(1_000);
      await expect(own.hold(cart(1))).rejects.toMatchObject({ service: 'stock' });
      expect(truth.stock.stateOf('cart-1')).toBe('held');
      await sleep(holdMs);
      expect(truth.stock.stateOf('cart-1')).toBe('expired');
    },
  ));

test('a hold that failed is tried anew when it is asked for again', () =>
  withTwo(
    { faults: [{ kind: 'hang', service: 'stock', fromMs: 1_000, toMs: minute }] },
    async ({ own, sleep, context, truth }) => {
      await own.hold(cart(0));
      await sleep(1_000);
      await expect(own.hold(cart(1))).rejects.toMatchObject({ service: 'stock' });
      await sleep(minute - context.elapsedMs());
      expect(await own.hold(cart(1))).toBe('held');
      expect(truth.stock.stateOf('cart-1')).toBe('held');
    },
  ));

test('all is settled when the last hold has ended, and not before', () =>
  withTwo({}, async ({ own, sleep, context }) => {
    await own.onSettled();
    expect(context.elapsedMs()).toBe(0);
    for (const number of [1, 2, 3]) await own.hold(cart(number));
    let settledMs = 0;
    void own.onSettled().then(() => (settledMs = context.elapsedMs()));
    await own.release(cart(1));
    await own.claim(cart(2));
    await own.sell(cart(2));
    await sleep(minute);
    expect(settledMs).toBe(0);
    await sleep(holdMs);
    expect(settledMs).toBeGreaterThanOrEqual(holdMs);
    expect(settledMs).toBeLessThan(holdMs + 1_000);
  }));

test('what is claimed does not expire, whoever claimed it', () =>
  withTwo({}, async ({ own, other, sleep, truth }) => {
    for (const number of [1, 2]) await own.hold(cart(number));
    expect(await own.claim(cart(1))).toBe('claimed');
    expect(await other.claim(cart(2))).toBe('claimed');
    expect(await other.claim(cart(1)), 'again').toBe('claimed');
    await sleep(2 * holdMs);
    expect(truth.stock.totals.expired).toBe(0);
    await own.sell(cart(1));
    expect(await other.claim(cart(1))).toBe('sold');
    await other.cancel(cart(2));
    expect(await own.claim(cart(2))).toBe('gone');
    expect(truth.stock.totals).toMatchObject({ sold: 1, released: 1, endedTwice: 0 });
  }));

test('what is gone, or never was, cannot be claimed', () =>
  withTwo({}, async ({ own, sleep }) => {
    expect(await own.claim(cart(1))).toBe('gone');
    await own.hold(cart(2));
    await sleep(holdMs + 1_000);
    expect(await own.claim(cart(2))).toBe('gone');
    await own.hold(cart(3));
    await own.release(cart(3));
    expect(await own.claim(cart(3))).toBe('gone');
  }));

test.each([
  ['held', 1],
  ['claimed', 1],
  ['sold', 0],
  ['released', 0],
  ['nothing', 0],
])(
  'to cancel what is %s gives back what is held for somebody, and nothing else',
  (state, released) =>
    withTwo({}, async ({ own, other, sleep, calls, truth }) => {
      if (state !== 'nothing') await own.hold(cart(1));
      if (state === 'claimed' || state === 'sold') await own.claim(cart(1));
      if (state === 'sold') await own.sell(cart(1));
      if (state === 'released') await own.release(cart(1));
      const before = truth.stock.totals.released;
      await own.cancel(cart(1));
      await other.cancel(cart(1));
      expect(truth.stock.totals.released - before).toBe(released);
      expect(truth.stock.available('p-001')).toBe(state === 'sold' ? 2 : 3);
      const asked = calls();
      await own.onSettled();
      await sleep(2 * holdMs);
      expect(calls(), 'its end is not sought any more').toBe(asked);
    }),
);

test.each(['cancel', 'release'] as const)(
  'what is asked for, and ended by a %s before it is performed, is held by nobody after that',
  (end) =>
    withTwo(
      {
        faults: [
          {
            kind: 'slow',
            service: 'stock',
            operation: 'reserve',
            fromMs: 0,
            toMs: minute,
            latency: { fixedMs: 40_000 },
          },
        ],
      },
      async ({ own, other, sleep, truth }) => {
        await expect(own.hold(cart(1))).rejects.toMatchObject({ service: 'stock' });
        await other[end](cart(1));
        await sleep(minute);
        expect(truth.stock.available('p-001')).toBe(3);
        expect(truth.stock.totals).toMatchObject({ reservations: 0, released: 0 });
        expect(await own.claim(cart(1))).toBe('gone');
      },
    ),
);

test('what another process has left expires when it would have; what it has claimed is left alone', () =>
  withTwo({}, async ({ own, other, statements, sleep, context, truth }) => {
    // All that the first one does about its end happens after its time.
    for (const number of [1, 2, 3]) await own.hold(cart(number));
    await own.claim(cart(2));
    await sleep(10 * minute);
    await other.hold(cart(3));
    const ended: string[] = [];
    for await (const { open } of statements.survey()) {
      other.takeUp(open);
      other.takeUp(open);
      ended.push(...open.map(({ reservationId }) => reservationId));
    }
    expect(ended.toSorted()).toEqual(['cart-1', 'cart-2', 'cart-3']);
    await other.onSettled();
    // The third was asked for anew by its shopper.
    expect(context.elapsedMs()).toBeGreaterThanOrEqual(25 * minute);
    expect(context.elapsedMs()).toBeLessThan(25 * minute + 1_000);
    expect(truth.stock.totals).toMatchObject({ expired: 2, endedTwice: 0 });
    expect(truth.stock.stateOf('cart-2')).toBe('claimed');
  }));

test('what was held longer ago than its time expires at once, when it is found', () =>
  withTwo({}, async ({ own, other, statements, sleep, truth }) => {
    await own.hold(cart(1));
    const { level } = await statements.find(cart(1));
    const found = { ...cart(1), state: 'held', ageMs: holdMs + minute } as const;
    expect(level.available).toBe(2);
    other.takeUp([found]);
    await sleep(100);
    expect(truth.stock.totals.expired).toBe(1);
  }));
