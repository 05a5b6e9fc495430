import type { NewEvent, StreamId } from '@firedrill/core/event-store';
import type { CanvasEvent, CanvasStore } from './store.ts';

/** A store whose appends can share a transaction. */
interface TransactionalStore<Tx> extends Omit<CanvasStore, 'append'> {
  append(
    stream: StreamId,
    events: readonly NewEvent<CanvasEvent>[],
    options: { readonly expectedVersion: number; readonly tx?: Tx },
  ): Promise<unknown>;
  transaction(work: (tx: Tx) => Promise<void>): Promise<void>;
}

interface Waiting<Tx> {
  readonly append: (tx?: Tx) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends that share a transaction at most: whoever comes next waits for all of them. */
const mostAtOnce = 64;

/**
 * Commits what different canvases append while the store is busy in one transaction. One that fails
 * fails for itself: each of its group is then appended alone, which the ids of the events make harmless.
 */
export function withGroupCommit<Tx>(store: TransactionalStore<Tx>): CanvasStore {
  const waiting: Waiting<Tx>[] = [];
  let isBusy = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, mostAtOnce);
      await commit(group);
    }
  }

  async function commit(group: readonly Waiting<Tx>[]): Promise<void> {
    if (group.length > 1) {
      try {
        // All at once: one after the other, each would wait for a turn of a busy process.
        let results: readonly unknown[] = [];
        await store.transaction(async (tx) => {
          results = await Promise.all(group.map(({ append }) => append(tx)));
        });
        for (const [index, { resolve }] of group.entries()) resolve(results[index]);
        return;
      } catch {
        // Whose fault it was shows when each is alone.
      }
    }
    for (const { append, resolve, reject } of group) await append().then(resolve, reject);
  }

  return {
    readStream: (...args) => store.readStream(...args),
    close: () => store.close(),
    snapshots: store.snapshots,
    append: (stream, events, { expectedVersion }) =>
      new Promise((resolve, reject) => {
        waiting.push({
          append: (tx) =>
            store.append(stream, events, { expectedVersion, ...(tx !== undefined && { tx }) }),
          resolve,
          reject,
        });
        if (isBusy) return;
        isBusy = true;
        void drain().finally(() => {
          isBusy = false;
        });
      }),
  };
}
