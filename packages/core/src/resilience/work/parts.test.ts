import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WorkConflictError } from './errors.ts';
import { createMemoryWorkStore } from './memory-work-store.ts';
import { DueQueue } from './due-queue.ts';
import { isSameData } from './plain-data.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkStore } from './work-store.ts';

const item = (id: string, payload: unknown = { cents: 1 }): WorkItem<unknown> => ({
  id,
  key: 'k',
  payload,
  promisedAtMs: 1,
  attempts: 0,
  dueAtMs: 1,
});

/** What every store has to do. */
describe.each<[string, () => WorkStore<unknown>]>([['memory', createMemoryWorkStore]])(
  'a work store in %s',
  (_, create) => {
    test('keeps items in their order until they are removed', async () => {
      const store = create();
      for (const id of ['a', 'b', 'c']) expect(await store.add(item(id))).toBe('added');
      await store.update({ ...item('b'), attempts: 2, lastError: 'down' });
      await store.remove('a');
      await store.remove('never kept');
      await store.update(item('never kept'));
      expect(await store.load()).toEqual([
        { ...item('b'), attempts: 2, lastError: 'down' },
        item('c'),
      ]);
    });

    test('knows the same work, whatever became of it, and tells other work apart', async () => {
      const store = create();
      await store.add(item('a', { x: 1, y: [{ z: 2 }] }));
      await store.update({ ...item('a', { x: 1, y: [{ z: 2 }] }), attempts: 3 });
      const again = { ...item('a', { y: [{ z: 2 }], x: 1 }), promisedAtMs: 9 };
      expect(await store.add(again)).toBe('known');
      for (const other of [
        { ...again, key: 'other' },
        item('a', { x: 1, y: [{ z: 3 }] }),
        item('a', { x: 1 }),
        item('a', null),
      ]) {
        await expect(store.add(other)).rejects.toThrow(WorkConflictError);
      }
      expect(await store.load()).toMatchObject([{ attempts: 3, promisedAtMs: 1 }]);
    });

    test('keeps what it was given, not what becomes of it afterwards', async () => {
      const store = create();
      const payload = { cents: 1 };
      await store.add(item('a', payload));
      payload.cents = 2;
      const [loaded] = await store.load();
      expect(loaded?.payload).toEqual({ cents: 1 });
    });
  },
);

test('a due queue gives out by moment, then by rank, as sorting does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(1_000))), (moments) => {
      const queue = new DueQueue<readonly [number, number]>();
      for (const moment of moments) queue.push(moment, moment[0], moment[1]);
      const out = Array.from({ length: moments.length }, () => queue.pop());
      const sorted = moments.toSorted((one, other) => one[0] - other[0] || one[1] - other[1]);
      expect(out).toEqual(sorted);
      expect([queue.size, queue.pop()]).toEqual([0, undefined]);
    }),
  );
});

test('data is the same whatever the order of its fields, and JSON brings it back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(isSameData(value, JSON.parse(JSON.stringify(value)))).toBe(true);
    }),
  );
  expect(isSameData([1, 2], { 0: 1, 1: 2 })).toBe(false);
  expect(isSameData({ a: undefined }, {})).toBe(true);
  expect(isSameData({ a: 1 }, { b: 1 })).toBe(false);
});
