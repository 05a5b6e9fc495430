import { simulateSystem } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import { addedShard, createPlacement } from '../src/domain/resharding.ts';
import { createShards, shardNames } from '../src/domain/shards.ts';
import { example } from '../src/example.ts';
import { createShardMap } from '../src/implementations/hardened/shard-map.ts';
import { mostMoved } from '../src/rules/resharding.ts';
import { productId } from '../src/services/catalogue.ts';
import { type Settings, settingsSchema } from '../src/settings.ts';
import type { Context } from '../src/system.ts';
import { createMoving, type Moving } from '../src/truth/moving.ts';
import type { Stock } from '../src/truth/stock.ts';
import { inPlace } from './in-place.ts';
import { plainStock } from './plain-stock.ts';

/** A shard is added, and rows move to it: what the shards do for that, who moves them, and who looks for them. */

const minute = 60_000;
const shards = createShards();
const placeAfter = createPlacement();

const ids = (count: number) => Array.from({ length: count }, (_, at) => productId(at + 1));
const movingIds = ids(200).filter((id) => placeAfter(id) === addedShard);

// The shards.

const [row = productId(2)] = movingIds;
const giver = shards.of(row);

const product = { id: row, name: row, units: 5, priceCents: 100, keptUnits: 0, isHot: false };

function database(): Moving & { readonly told: readonly string[] } {
  const told: string[] = [];
  const tell = (text: string) => void told.push(text);
  const moving = createMoving({
    products: [product],
    shards,
    elapsedMs: () => 0,
    rowsPerSecond: 1_000,
    faultsSince: () => [],
    violate: (rule) => tell(rule),
    onHold: () => {},
    onEnd: () => {},
    onChange: () => {},
    onOwnedTwice: tell,
    onLost: tell,
  });
  return Object.assign(moving, { told });
}

const hold = (moving: Moving, reservationId: string, shard: string = giver) =>
  moving.perform(shard, row, (on) => on.reserve({ productId: row, reservationId, quantity: 1 }));
const copy = (moving: Moving) => {
  moving.endCopy(addedShard, giver, [row]);
};

test('a row is asked for where it is, and refused elsewhere: before, while and after it moves', () => {
  const moving = database();
  hold(moving, 'a');
  expect(() => hold(moving, 'b', addedShard)).toThrow('is not with shard-5 now');
  copy(moving);
  hold(moving, 'a');
  moving.close(giver, [row]);
  for (const shard of [giver, addedShard])
    expect(() => hold(moving, 'b', shard)).toThrow('not with');
  moving.open(addedShard, [row]);
  expect(() => hold(moving, 'b')).toThrow('not with');
  hold(moving, 'b', addedShard);
  expect(moving.stock.available(row)).toBe(3);
  expect(moving.stock.stateOf('a')).toBe('held');
  expect(moving).toMatchObject({ moved: 1, refused: 4, told: [] });
  expect(moving.misplaced()).toBe(0);
});

test('a step done twice, or late, changes nothing', () => {
  const moving = database();
  copy(moving);
  moving.close(giver, [row]);
  moving.open(addedShard, [row]);
  hold(moving, 'a', addedShard);
  copy(moving);
  moving.beginCopy(addedShard, giver, [row]);
  moving.close(giver, [row]);
  moving.open(addedShard, [row]);
  expect(moving.stock.available(row)).toBe(4);
  expect(moving.told).toEqual([]);
});

test('what the new shard does not have is noticed when it takes the row', () => {
  const moving = database();
  hold(moving, 'a');
  copy(moving);
  hold(moving, 'b');
  moving.perform(giver, row, (on) => on.claim(row, 'a'));
  moving.close(giver, [row]);
  moving.open(addedShard, [row]);
  expect(moving.lostChanges).toBe(2);
  expect(moving.told).toEqual([`shard-5 has ${row} without 2 changes that ${giver} has made`]);
});

test('a row that is taken over while another shard has it is noticed', () => {
  const moving = database();
  copy(moving);
  moving.open(addedShard, [row]);
  expect(moving.ownedTwice).toBe(1);
});

test('who holds how much is copied along, and is not counted twice when it is copied again', () => {
  const [one, other] = [plainStock(product), plainStock(product)];
  const limit = { buyer: { account: 'x', address: 'y' }, perAccount: 2, perAddress: 2 };
  const reserve = (on: Stock, reservationId: string) =>
    on.reserve({ productId: row, reservationId, quantity: 1, limit }).status;
  reserve(one, 'a');
  other.put(one.copyOf(row));
  other.put(one.copyOf(row));
  expect(reserve(other, 'b')).toBe('held');
  expect(reserve(other, 'c')).toBe('over-limit');
  expect(other.available(row)).toBe(3);
  expect(one.available(row), 'of the copied row nothing is changed').toBe(4);
});

test('a row that is under way when its new shard takes it over comes too late', () =>
  inPlace(
    { settings: { products: 60, reshard: true, reshardMinutes: 60, copyRowsPerSecond: 1 } },
    ({ outside }: Context) => outside,
    async ({ part: { moves }, sleep, truth: { moving } }) => {
      if (moves === undefined || moving === undefined) throw new Error('Nothing moves.');
      const productIds = ids(60).filter((id) => shards.of(id) === giver && movingIds.includes(id));
      const last = productIds.at(-1) ?? row;
      expect(last).not.toBe(row);
      const holdOne = (shard: string, id: string, reservationId: string) =>
        moving.perform(shard, id, (on) =>
          on.reserve({ productId: id, reservationId, quantity: 1 }),
        );
      const copyAll = () =>
        moves.copy({ productIds, from: giver }, { key: addedShard, timeoutMs: minute });
      await copyAll();
      for (const id of productIds) holdOne(giver, id, `${id} before`);
      const copying = copyAll();
      await sleep(500);
      moving.close(giver, productIds);
      moving.open(addedShard, productIds);
      holdOne(addedShard, last, 'after');
      await copying;
      expect(moving.stock.stateOf('after')).toBe('held');
    },
  ));

// The process that moves them.

const withMover = (
  settings: Partial<Settings>,
  faults: readonly Fault[],
  untilMs: number,
): Promise<{ readonly filled: number; readonly failed: number; readonly moving: Moving }> =>
  simulateSystem(
    example,
    {
      implementation: 'hardened',
      settings: { reshard: true, reshardMinutes: 0.5, copyRowsPerSecond: 20, ...settings },
      faults,
    },
    async ({ at, context, sleep, truth }) => {
      let filled = 0;
      let failed = 0;
      for (let number = 0; context.elapsedMs() < untilMs; number += 1) {
        const wanted = movingIds[number % movingIds.length] ?? row;
        const cart = { cartId: `cart-${number}`, productId: wanted, quantity: 1 };
        at(0)
          .addToCart(cart)
          .then(
            () => (filled += 1),
            () => (failed += 1),
          );
        await sleep(200);
      }
      await sleep(5_000);
      const { moving, stock } = truth;
      if (moving === undefined) throw new Error('Nothing moves.');
      const sold = movingIds.reduce((sum, id) => sum + stock.held(id), 0);
      expect(sold).toBe(filled);
      expect(stock.totals.unitsOff).toBe(0);
      return { filled, failed, moving };
    },
  );

test('rows move while carts are filled with them, and nobody is sent away', async () => {
  const { filled, failed, moving } = await withMover({}, [], 2 * minute);
  expect(failed).toBe(0);
  expect(filled).toBeGreaterThan(500);
  expect(moving.moved).toBe(movingIds.length);
  expect(moving.misplaced()).toBe(0);
  expect(moving).toMatchObject({ ownedTwice: 0, lostChanges: 0 });
  expect(moving.longestPauseMs).toBeLessThan(500);
  expect(moving.refused).toBeGreaterThan(0);
});

test.each([31_000, 33_000, 36_000])(
  'a mover that crashes after %i ms goes on where the map says that it was',
  async (crashMs) => {
    const crash = {
      kind: 'crash',
      service: 'mover',
      fromMs: crashMs,
      toMs: crashMs + 500,
    } as const;
    const { moving } = await withMover({}, [crash], 2 * minute);
    expect(moving.misplaced()).toBe(0);
    expect(moving).toMatchObject({ ownedTwice: 0, lostChanges: 0 });
  },
);

test.each(['copy', 'close', 'open'])(
  'a %s that is performed long after it was given up does no harm',
  async (operation) => {
    const late = {
      kind: 'slow',
      service: 'stock-moves',
      operation,
      fromMs: 30_000,
      toMs: 34_000,
      latency: { fixedMs: 40_000 },
    } as const;
    const { moving } = await withMover({}, [late], 4 * minute);
    expect(moving.misplaced()).toBe(0);
    expect(moving).toMatchObject({ ownedTwice: 0, lostChanges: 0 });
  },
);

// Whoever looks for them.

test('who is refused reads the map, and goes to where the row is; a row that nobody has is given up after two seconds', () =>
  inPlace(
    { settings: { reshard: true, reshardMinutes: 60 } },
    ({ outside }: Context) => ({ map: createShardMap(outside), outside }),
    async ({ part: { map, outside }, context }) => {
      const { moves, shardMap, stock } = outside;
      if (moves === undefined || shardMap === undefined) throw new Error('Nothing moves.');
      const read = () =>
        map.at(row, (key) => stock.read({ productId: row }, { key, timeoutMs: 1_000 }));
      const productIds = [row];
      expect((await read()).available).toBeGreaterThan(0);
      const from = { key: giver, timeoutMs: 1_000 };
      const to = { key: addedShard, timeoutMs: 1_000 };
      await moves.copy({ productIds, from: giver }, to);
      await moves.close({ productIds }, from);
      const beganMs = context.elapsedMs();
      await expect(read()).rejects.toMatchObject({ code: 'ROW_MOVES', productId: row });
      expect(context.elapsedMs() - beganMs).toBeGreaterThan(2_000);
      expect(context.elapsedMs() - beganMs).toBeLessThan(4_000);
      await moves.open({ productIds }, to);
      for (const [at] of shardNames.entries()) {
        await shardMap.publish({ epoch: at + 2 }, { timeoutMs: 1_000 });
      }
      expect((await read()).available).toBeGreaterThan(0);
      expect((await shardMap.publish({ epoch: 2 }, { timeoutMs: 1_000 })).epoch).toBe(5);
    },
  ));

test('a ring moves no more rows than are allowed, however many there are, and only to the new shard', () => {
  for (let count = 2; count <= 1_000; count += 1) {
    const moved = ids(count).filter((id) => placeAfter(id) !== shards.of(id));
    expect(moved.length, `${count} rows`).toBeLessThanOrEqual(mostMoved(count));
  }
  const takers = ids(1_000)
    .filter((id) => placeAfter(id) !== shards.of(id))
    .map(placeAfter);
  expect(new Set(takers)).toEqual(new Set([addedShard]));
});

test('rows of shards with replicas are not moved: who asks for both is told so', () => {
  const { error } = settingsSchema.safeParse({ reshard: 'on', replicas: 'on' });
  expect(error?.issues).toMatchObject([{ path: ['reshard'] }]);
  expect(settingsSchema.safeParse({ reshard: 'on' }).success).toBe(true);
});
