import { expect, test } from '../../../peers/vitest.ts';
import { InvalidSnapshotError } from '../../errors.ts';
import type { Snapshot } from '../../snapshot.ts';
import { type EventStoreHarness, order, withStore } from './harness.ts';

/** Snapshots. */
export function snapshotContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('a snapshot is kept for each stream and name', async () => {
    await withStore(harness, async ({ snapshots }) => {
      const snapshot = { streamVersion: 3, schemaVersion: 1, state: { total: 5, list: [1] } };
      await snapshots.save(order('a'), 'total', snapshot);

      expect(await snapshots.load(order('a'), 'total')).toEqual(snapshot);
      expect(await snapshots.load(order('a'), 'other')).toBeUndefined();
      expect(await snapshots.load(order('b'), 'total')).toBeUndefined();
    });
  });

  test('a snapshot of an earlier version does not replace a later one', async () => {
    await withStore(harness, async ({ snapshots }) => {
      await snapshots.save(order('a'), 'total', at(5));
      await snapshots.save(order('a'), 'total', at(4));
      expect(await snapshots.load(order('a'), 'total')).toEqual(at(5));
      await snapshots.save(order('a'), 'total', at(6));
      expect(await snapshots.load(order('a'), 'total')).toEqual(at(6));
      await snapshots.save(order('a'), 'total', at(2, 2));
      expect(await snapshots.load(order('a'), 'total')).toEqual(at(2, 2));
    });
  });

  test.each([
    { what: 'a Map', state: new Map([['n', 1]]) },
    { what: 'a date', state: { at: new Date(0) } },
    { what: 'a big integer', state: { total: 1n } },
    { what: 'a NUL', state: { note: 'a\0b' } },
    { what: 'a number that is none', state: [Number.NaN] },
    { what: 'an instance of a class', state: { at: new URL('https://example.com') } },
  ])('a state with $what, which JSON does not give back, is refused', async ({ state }) => {
    await withStore(harness, async ({ snapshots }) => {
      const save = snapshots.save(order('a'), 's', { streamVersion: 1, schemaVersion: 1, state });
      await expect(save).rejects.toBeInstanceOf(InvalidSnapshotError);
      await expect(save).rejects.toThrow(/^Failed to save the snapshot "s": /);
      expect(await snapshots.load(order('a'), 's')).toBeUndefined();
    });
  });

  test('a snapshot whose versions are out of range is refused by name', async () => {
    await withStore(harness, async ({ snapshots }) => {
      const save = (snapshot: Partial<Snapshot>) =>
        snapshots.save(order('a'), 's', { ...at(1), ...snapshot });
      await expect(save({ schemaVersion: 2 ** 31 })).rejects.toThrow(/schemaVersion/);
      await expect(save({ streamVersion: 0.5 })).rejects.toThrow(/streamVersion/);
    });
  });

  test('a snapshot saved in a transaction is there when it commits', async () => {
    await withStore(harness, async (store) => {
      const snapshot = { streamVersion: 1, schemaVersion: 1, state: null };
      await store.transaction((tx) => store.snapshots.save(order('a'), 's', snapshot, { tx }));
      expect(await store.snapshots.load(order('a'), 's')).toEqual(snapshot);
    });
  });
}

function at(streamVersion: number, schemaVersion = 1): Snapshot {
  return { streamVersion, schemaVersion, state: streamVersion };
}
