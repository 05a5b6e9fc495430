import { type DBSchema, openDB } from 'idb';
import type { Kept } from '../../domain/protocol.ts';
import type { ReplicaStorage } from '../../implementations/hardened/replica.ts';

interface Schema extends DBSchema {
  readonly updates: { readonly key: number; readonly value: Kept };
}

/** Updates after which they are put together into one, as soon as the server has all of them. */
const compactAfter = 100;

/**
 * The replica of a window in the browser's own database, so that nothing that was written is lost when
 * the page is loaded again. Every change is committed at once: a page that is left does not wait.
 *
 * @param onProblem the browser does not keep what it was given
 */
export async function openReplicaStorage(
  name: string,
  onProblem: (error: unknown) => void,
): Promise<ReplicaStorage> {
  const database = await openDB<Schema>(name, 1, {
    upgrade: (made) => void made.createObjectStore('updates', { autoIncrement: true }),
  });
  let kept: readonly Kept[] = await database.getAll('updates');
  let count = kept.length;

  function write(replaces: boolean, entry: Kept | undefined): void {
    const transaction = database.transaction('updates', 'readwrite');
    const requests = [
      replaces ? transaction.store.clear() : undefined,
      entry === undefined ? undefined : transaction.store.add(entry),
    ];
    transaction.commit();
    Promise.all([...requests, transaction.done]).catch(onProblem);
    count = replaces ? 1 : count + 1;
  }

  return {
    isWhole: true,
    get kept() {
      return kept;
    },
    keep: (entry) => write(false, entry),
    settled(document) {
      if (count > compactAfter) write(true, { update: document(), stamp: undefined });
    },
    clear() {
      kept = [];
      write(true, undefined);
    },
  };
}
