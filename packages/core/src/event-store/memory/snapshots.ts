import { prepareSnapshot, type Snapshot, type SnapshotStore } from '../snapshot.ts';
import { checkStream, checkText } from '../checks.ts';
import type { Connection } from './connection.ts';
import { streamKey } from './database.ts';
import { freezeDeep } from './freeze-deep.ts';
import { openTransaction } from './open-transaction.ts';
import type { MemoryTransaction } from './transaction.ts';

/** Snapshots in memory. */
export function createMemorySnapshots(connection: Connection): SnapshotStore<MemoryTransaction> {
  const { snapshots } = connection.database;
  return {
    load: (stream, name, { tx } = {}) =>
      connection.roundTrip(() => {
        openTransaction(connection, tx);
        return snapshots.get(`${checkText('name', name)}|${streamKey(checkStream(stream))}`);
      }),

    save: (stream, name, snapshot, { tx } = {}) =>
      connection.roundTrip(() => {
        const key = `${checkText('name', name)}|${streamKey(checkStream(stream))}`;
        const state: unknown = JSON.parse(prepareSnapshot(name, snapshot).json);
        const kept: Snapshot = freezeDeep({ ...snapshot, state });
        const write = (): void => {
          const old = snapshots.get(key);
          if (old === undefined || isOutdated(old, kept)) snapshots.set(key, kept);
        };
        const transaction = openTransaction(connection, tx);
        if (transaction === undefined) write();
        else transaction.onCommit(write);
      }),
  };
}

function isOutdated(old: Snapshot, next: Snapshot): boolean {
  return old.schemaVersion !== next.schemaVersion || old.streamVersion < next.streamVersion;
}
