import type { WorkItem } from './work-item.ts';

/**
 * Where promised work is kept, so that it survives its process. One process at a time works on a
 * store. An operation that rejects may or may not have happened.
 */
export interface WorkStore<Payload> {
  /**
   * Keeps an item, for good before it resolves. Resolves to `known`, and changes nothing, when the same
   * work is kept already.
   *
   * Rejects with WorkConflictError when other work is kept under the same id.
   */
  readonly add: (item: WorkItem<Payload>) => Promise<'added' | 'known'>;
  /** Replaces what is kept under the id of the item; nothing happens when nothing is. */
  readonly update: (item: WorkItem<Payload>) => Promise<void>;
  /** Forgets an item that is done; nothing happens when it is not kept. */
  readonly remove: (id: string) => Promise<void>;
  /** All items that are kept, in the order in which they were added. */
  readonly load: () => Promise<readonly WorkItem<Payload>[]>;
}
