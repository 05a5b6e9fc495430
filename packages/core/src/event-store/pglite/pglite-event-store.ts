import { rm } from 'node:fs/promises';
import { DEFAULT_BUCKET_COUNT } from '../bucket.ts';
import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import { checkSchemaName, type SqlDatabase, type SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { lockDirectory } from './directory-lock.ts';
import { DirectoryUnusableError } from './errors.ts';
import { enterHome, findHome } from './home.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { templateFile } from './template.ts';
import { WorkerClient } from './worker-client.ts';

/** Where the embedded database lies, and whose clock it follows. */
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

/** An event store in a PostgreSQL that runs in this process. */
export interface PgliteEventStore<Event extends AnyEvent = AnyEvent> extends EventStore<
  SqlTransaction,
  Event
> {
  /** The database itself, for tables of one's own and for `serveChildren`. */
  readonly database: SqlDatabase;
}

/**
 * Opens an event store in this process: PGlite, which is PostgreSQL compiled to WebAssembly, in a
 * thread of its own. A directory belongs to one process at a time.
 *
 * A process that is killed loses nothing that was acknowledged. A machine that loses power may: PGlite
 * never calls fsync, so what the operating system had not written yet is gone. Use a PostgreSQL server
 * where that matters. One transaction at a time goes beyond its first statement; what it does before that
 * overlaps with others.
 *
 * @throws DirectoryLockedError when the directory is open already, here or in another process.
 * @throws DirectoryUnusableError when it cannot be used, or what lies in it.
 * @throws RangeError when it is no path.
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
    const client = await startNew(undefined);
    return { client, release: () => Promise.resolve(), settle: () => Promise.resolve() };
  }
  const home = await findHome(directory);
  const lock = await lockDirectory(home);
  try {
    const { dataDirectory, isReady, settle } = await enterHome(home);
    const client = await startIn(home, dataDirectory, isReady);
    return { client, release: () => lock.release(), settle };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startIn(
  home: string,
  dataDirectory: string,
  isReady: boolean,
): Promise<WorkerClient> {
  try {
    return isReady
      ? await WorkerClient.start({ dataDirectory, template: undefined })
      : await startNew(dataDirectory);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new DirectoryUnusableError(
      home,
      {
        problem: 'does-not-start',
        cause: `its database does not start ("${said.replace(/\.$/, '')}")`,
        remedy: isReady
          ? 'Its files may be damaged: restore a copy of the directory that was made while no process had it open.'
          : 'It had no events yet. Look whether the disk is full, or use another directory.',
      },
      { cause: error },
    );
  }
}

/** Starts an empty database, from the template if that is of any use. */
async function startNew(dataDirectory: string | undefined): Promise<WorkerClient> {
  const template = await templateFile();
  try {
    return await WorkerClient.start({ dataDirectory, template });
  } catch (error) {
    if (template === undefined) throw error;
    // Cut off or damaged, it would be in the way of every new store.
    await rm(template, { force: true });
    if (dataDirectory !== undefined) await rm(dataDirectory, { recursive: true, force: true });
    return WorkerClient.start({ dataDirectory, template: undefined });
  }
}
