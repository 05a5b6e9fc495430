import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import type { EventStore } from '../event-store.ts';
import type { SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import type { Channel } from './messages.ts';
import { ParentDatabase } from './parent-database.ts';

/** Over which channel the store of another process is reached, and which events it takes. */
export interface IpcEventStoreOptions<Catalogue extends EventCatalogue = EventCatalogue> {
  /** Types of event that may be appended. Default: any, without validation. */
  readonly catalogue?: Catalogue;
  /** The way to the parent. Default: this process's own channel. */
  readonly channel?: Channel;
}

/**
 * Opens the event store of the parent process, which serves it with `serveChildren`. It keeps this
 * process alive until it is closed; closing it leaves the parent's store open.
 *
 * @throws ParentGoneError when there is no parent that serves this process.
 */
export async function openIpcEventStore<Catalogue extends EventCatalogue>(
  options: IpcEventStoreOptions<Catalogue> & { readonly catalogue: Catalogue },
): Promise<EventStore<SqlTransaction, EventOf<Catalogue>>>;
export async function openIpcEventStore(
  options?: IpcEventStoreOptions,
): Promise<EventStore<SqlTransaction>>;
export async function openIpcEventStore({
  catalogue,
  channel = process,
}: IpcEventStoreOptions = {}): Promise<EventStore<SqlTransaction>> {
  const database = new ParentDatabase(channel);
  try {
    const { bucketCount } = await database.hello();
    return createSqlEventStore({ database, bucketCount, catalogue, clock: 'database' });
  } catch (error) {
    await database.close();
    throw error;
  }
}
