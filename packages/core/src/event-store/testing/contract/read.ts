import { expect, test } from '../../../peers/vitest.ts';
import type { EventStore, ReadAllOptions } from '../../event-store.ts';
import {
  callUntyped,
  type EventStoreHarness,
  gate,
  numbered,
  order,
  withStore,
} from './harness.ts';

/** Reading streams and the global order. */
export function readContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('a stream is read by range, backwards and up to a limit', async () => {
    await withStore(harness, async (store) => {
      await store.append(order('a'), numbered(10), { expectedVersion: 'none' });
      const versions = async (options: Parameters<typeof store.readStream>[1]) =>
        (await store.readStream(order('a'), options)).map(({ streamVersion }) => streamVersion);

      expect(await versions({ from: 4, to: 6 })).toEqual([4, 5, 6]);
      expect(await versions({ from: 9 })).toEqual([9, 10]);
      expect(await versions({ limit: 2 })).toEqual([1, 2]);
      expect(await versions({ direction: 'backwards', limit: 3 })).toEqual([10, 9, 8]);
      expect(await versions({ direction: 'backwards', to: 2 })).toEqual([2, 1]);
      expect(await store.readStream(order('b'))).toEqual([]);
    });
  });

  test('streams whose names run together are kept apart', async () => {
    await withStore(harness, async (store) => {
      await store.append({ category: 'a/b', id: 'c' }, numbered(1), { expectedVersion: 'none' });
      await store.append({ category: 'a', id: 'b/c' }, numbered(2), { expectedVersion: 'none' });
      expect(await store.readStream({ category: 'a/b', id: 'c' })).toHaveLength(1);
      expect(await store.readStream({ category: 'a', id: 'b/c' })).toHaveLength(2);
    });
  });

  test('the global order has every event once, in the order of positions', async () => {
    await withStore(harness, async (store) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.append(order(String(index % 7)), numbered(3), { expectedVersion: 'any' }),
        ),
      );

      const positions = (await readToEnd(store, { limit: 7 })).map(({ position }) => position);

      expect(positions).toHaveLength(60);
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
    });
  });

  test('reading behind the end gives nothing and stays there', async () => {
    await withStore(harness, async (store) => {
      expect(await store.readAll()).toEqual({ events: [], scannedTo: 0, horizon: 0 });
      const { position } = await store.append(order('a'), numbered(3), { expectedVersion: 'any' });
      expect(await store.readAll({ after: position })).toEqual({
        events: [],
        scannedTo: position,
        horizon: position,
      });
      expect(await store.positions()).toEqual({ horizon: position, head: position });
    });
  });

  test('filters apply together, and the read position moves on where nothing matches', async () => {
    await withStore(harness, async (store) => {
      const any = { expectedVersion: 'any' } as const;
      await store.append(order('a'), numbered(2, 'order.placed'), { ...any, tenant: 'x' });
      await store.append(order('a'), numbered(1, 'order.paid'), { ...any, tenant: 'x' });
      await store.append({ category: 'cart', id: 'a' }, numbered(1, 'order.paid'), {
        ...any,
        tenant: 'y',
      });
      const count = async (filter: ReadAllOptions['filter']): Promise<number> =>
        (await readToEnd(store, filter === undefined ? {} : { filter })).length;

      expect(await count({ types: ['order.paid'] })).toBe(2);
      expect(await count({ types: ['order.paid'], categories: ['order'] })).toBe(1);
      expect(await count({ tenants: ['x'] })).toBe(3);
      expect(await count({ categories: ['order', 'cart'], tenants: ['y'] })).toBe(1);
      expect(await count({ types: [] })).toBe(0);
      const nothing = await store.readAll({ filter: { types: ['order.shipped'] } });
      expect(nothing.scannedTo).toBe(nothing.horizon);
      expect(nothing.horizon).toBe((await store.positions()).head);
    });
  });

  test.each([
    { field: 'tenants', filter: { tenants: ['a\0'] } },
    { field: 'types', filter: { types: ['\uD800'] } },
    { field: 'categories', filter: { categories: 'order' } },
    { field: 'buckets', filter: { buckets: [1.5] } },
  ])('a filter whose $field nothing can match by is refused by name', async ({ field, filter }) => {
    await withStore(harness, async (store) => {
      const read = callUntyped(store, 'readAll', { filter });
      await expect(read).rejects.toBeInstanceOf(RangeError);
      await expect(read).rejects.toThrow(`filter.${field} must`);
    });
  });

  test('the buckets part the streams: each event is in one of them', async () => {
    await withStore(harness, async (store) => {
      for (let index = 0; index < 40; index += 1) {
        await store.append(order(String(index)), numbered(2), { expectedVersion: 'none' });
      }
      const all = Array.from({ length: store.bucketCount }, (_, bucket) => bucket);
      const even = all.filter((bucket) => bucket % 2 === 0);
      const odd = all.filter((bucket) => bucket % 2 === 1);
      const a = await readToEnd(store, { filter: { buckets: even }, limit: 5 });
      const b = await readToEnd(store, { filter: { buckets: odd }, limit: 5 });

      expect(a.length + b.length).toBe(80);
      expect(a.every(({ bucket }) => bucket % 2 === 0)).toBe(true);
      expect(Math.min(a.length, b.length)).toBeGreaterThan(20);
      const bucketOfStream = new Map<string, number>();
      for (const { stream, bucket } of [...a, ...b]) {
        expect(bucketOfStream.get(stream.id) ?? bucket).toBe(bucket);
        bucketOfStream.set(stream.id, bucket);
      }
    });
  });

  test.runIf(harness.hasConcurrentTransactions)(
    'reading stops below a transaction that is open, and skips nothing when it commits',
    async () => {
      await withStore(harness, async (store) => {
        const before = await store.append(order('a'), numbered(1), { expectedVersion: 'any' });
        const appended = gate();
        const finish = gate();
        const slow = store.transaction(async (tx) => {
          await store.append(order('slow'), numbered(1), { expectedVersion: 'any', tx });
          appended.open();
          await finish.opened;
        });
        await appended.opened;
        const after = await store.append(order('b'), numbered(1), { expectedVersion: 'any' });

        const during = await store.readAll();
        expect(during.events.map(({ stream }) => stream.id)).toEqual(['a']);
        expect(during.scannedTo).toBe(before.position);
        expect((await store.positions()).head).toBe(after.position);
        finish.open();
        await slow;

        const rest = await readToEnd(store, { after: during.scannedTo });
        expect(rest.map(({ stream }) => stream.id)).toEqual(['slow', 'b']);
      });
    },
  );

  test('positions of a transaction that was rolled back hold nothing up', async () => {
    await withStore(harness, async (store) => {
      const rolledBack = store.transaction(async (tx) => {
        await store.append(order('gone'), numbered(3), { expectedVersion: 'any', tx });
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      await store.append(order('a'), numbered(1), { expectedVersion: 'any' });

      const events = await readToEnd(store, {});
      expect(events.map(({ stream }) => stream.id)).toEqual(['a']);
    });
  });
}

/** All events behind `after`: reads until the horizon is at the head. */
export async function readToEnd<Tx>(store: EventStore<Tx>, options: ReadAllOptions) {
  const events = [];
  let { after = 0 } = options;
  for (;;) {
    const batch = await store.readAll({ ...options, after });
    events.push(...batch.events);
    if (batch.scannedTo >= (await store.positions()).head) return events;
    after = batch.scannedTo;
  }
}
