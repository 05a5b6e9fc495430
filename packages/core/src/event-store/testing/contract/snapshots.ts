import { expect, test } from 'vitest';
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
