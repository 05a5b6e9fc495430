import { existsSync } from 'node:fs';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_BUCKET_COUNT } from '../bucket.ts';
import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import { checkSchemaName, type SqlDatabase, type SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { lockDirectory } from './directory-lock.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { templateFile } from './template.ts';
import { WorkerClient } from './worker-client.ts';

export interface PgliteEventStoreOptions<Catalogue extends EventCatalogue = EventCatalogue> {
  /** Where the data stays; made when it is not there. Default: in memory, gone when it is closed. */
  readonly directory?: string;
  /** Schema that holds the tables of the store. Default: `event_store`. */
  readonly schema?: string;
  /** Buckets that streams are hashed to, set when the schema is made. Default: 64, or what it has. */
  readonly bucketCount?: number;
  /** Types of event that may be appended. Default: any, without validation. */
  readonly catalogue?: Catalogue;
  /** Whose clock events and leases go by; a simulation governs `process`. Default: `database`. */
  readonly clock?: 'database' | 'process';
}

export interface PgliteEventStore<Event extends AnyEvent = AnyEvent> extends EventStore<
  SqlTransaction,
  Event
> {
  /** The database itself, for tables of one's own and for `serveChildren`. */
  readonly database: SqlDatabase;
}

/** Says that the data is complete: before it is there, nothing was ever acknowledged. */
const readyName = 'ready';

/**
 * Opens an event store in this process: PGlite, which is PostgreSQL compiled to WebAssembly, in a
 * thread of its own. A directory belongs to one process at a time.
 *
 * A process that is killed loses nothing that was acknowledged. A machine that loses power may: PGlite
 * never calls fsync, so what the operating system had not written yet is gone. Use a PostgreSQL server
 * where that matters. One statement or transaction runs at a time.
 *
 * @throws DirectoryLockedError when another process has the directory open.
 * @throws SchemaTooNewError when newer code migrated the data.
 */
export async function openPgliteEventStore<Catalogue extends EventCatalogue>(
  options: PgliteEventStoreOptions<Catalogue> & { readonly catalogue: Catalogue },
): Promise<PgliteEventStore<EventOf<Catalogue>>>;
export async function openPgliteEventStore(
  options?: PgliteEventStoreOptions,
): Promise<PgliteEventStore>;
export async function openPgliteEventStore(
  options: PgliteEventStoreOptions = {},
): Promise<PgliteEventStore> {
  const schema = checkSchemaName(options.schema ?? 'event_store');
  const { client, release, settle } = await start(options.directory);
  const database = new PgliteDatabase(client, schema, release);
  try {
    const bucketCount = await migrate(database, schema, {
      requested: options.bucketCount,
      initial: DEFAULT_BUCKET_COUNT,
    });
    await settle();
    const store = createSqlEventStore({
      database,
      bucketCount,
      catalogue: options.catalogue,
      clock: options.clock ?? 'database',
    });
    return { ...store, database };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Started {
  readonly client: WorkerClient;
  readonly release: () => Promise<void>;
  /** Notes that the data is complete. */
  readonly settle: () => Promise<void>;
}

async function start(directory: string | undefined): Promise<Started> {
  if (directory === undefined) {
    const template = await templateFile();
    const client = await WorkerClient.start({ dataDirectory: undefined, template });
    return { client, release: () => Promise.resolve(), settle: () => Promise.resolve() };
  }
  await mkdir(directory, { recursive: true });
  const home = await realpath(directory);
  const lock = await lockDirectory(home);
  try {
    const dataDirectory = join(home, 'data');
    const isReady = existsSync(join(home, readyName));
    // A process that was killed while it made the data left half of it.
    if (!isReady) await rm(dataDirectory, { recursive: true, force: true });
    const template = isReady ? undefined : await templateFile();
    const client = await WorkerClient.start({ dataDirectory, template });
    return {
      client,
      release: () => lock.release(),
      settle: async () => {
        if (!isReady) await writeFile(join(home, readyName), '');
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
