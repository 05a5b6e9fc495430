import { Pool, type PoolClient } from 'pg';
import { DEFAULT_BUCKET_COUNT } from '../bucket.ts';
import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import { checkInteger } from '../checks.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { ConnectError } from '../sql/errors.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import { checkSchemaName, type SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { PgDatabase } from './pg-database.ts';

export interface PostgresEventStoreOptions<Catalogue extends EventCatalogue = EventCatalogue> {
  /** E.g. `postgres://user:password@host:5432/database`. */
  readonly connectionString: string;
  /** Schema that holds the tables of the store. Default: `event_store`. */
  readonly schema?: string;
  /** Connections at most. A transaction takes one until it ends. Default: 10. */
  readonly maxConnections?: number;
  /** Milliseconds to wait for a connection. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** Buckets that streams are hashed to, set when the schema is made. Default: 64, or what it has. */
  readonly bucketCount?: number;
  /** Types of event that may be appended. Default: any, without validation. */
  readonly catalogue?: Catalogue;
  /**
   * Whose clock events and leases go by. `database`: one clock for all processes. `process`: that of
   * this process, which a simulation governs. Default: `database`.
   */
  readonly clock?: 'database' | 'process';
}

export interface PostgresEventStore<Event extends AnyEvent = AnyEvent> extends EventStore<
  SqlTransaction,
  Event
> {
  /**
   * A transaction that the caller began on a client of its own, and ends itself: what is appended
   * with it commits with the caller's own writes. Its commit wakes no listener of `onAppended`.
   */
  join(client: Pick<PoolClient, 'query'>): SqlTransaction;
}

/**
 * Opens an event store on PostgreSQL 12 or later, and brings its schema up to date. Under a simulation
 * open it before `simulate` begins: sockets that open later count as real input and output.
 *
 * @throws ConnectError when no server lets us in. @throws SchemaTooNewError when newer code migrated
 *   the database. @throws RangeError on an option out of range.
 */
export async function openPostgresEventStore<Catalogue extends EventCatalogue>(
  options: PostgresEventStoreOptions<Catalogue> & { readonly catalogue: Catalogue },
): Promise<PostgresEventStore<EventOf<Catalogue>>>;
export async function openPostgresEventStore(
  options: PostgresEventStoreOptions,
): Promise<PostgresEventStore>;
export async function openPostgresEventStore(
  options: PostgresEventStoreOptions,
): Promise<PostgresEventStore> {
  const schema = checkSchemaName(options.schema ?? 'event_store');
  const pool = new Pool({
    connectionString: options.connectionString,
    max: checkInteger('maxConnections', options.maxConnections ?? 10, 1),
    connectionTimeoutMillis: checkInteger(
      'connectTimeoutMs',
      options.connectTimeoutMs ?? 10_000,
      1,
    ),
    // Connections stay: an idle timer would run in virtual time under a simulation.
    idleTimeoutMillis: 0,
  });
  // An idle connection that breaks is replaced at the next query, which says so if it cannot.
  pool.on('error', () => {});
  const database = new PgDatabase(pool, schema);
  try {
    await connect(pool, options.connectionString);
    const bucketCount = await migrate(database, schema, {
      requested: options.bucketCount,
      initial: DEFAULT_BUCKET_COUNT,
    });
    const store = createSqlEventStore({
      database,
      bucketCount,
      catalogue: options.catalogue,
      clock: options.clock ?? 'database',
    });
    return { ...store, join: (client) => database.join(client) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function connect(pool: Pool, connectionString: string): Promise<void> {
  try {
    (await pool.connect()).release();
  } catch (error) {
    throw new ConnectError(withoutPassword(connectionString), error);
  }
}

function withoutPassword(connectionString: string): string {
  const url = URL.parse(connectionString);
  if (url === null) return 'the connection string given';
  return `${url.host === '' ? 'localhost' : url.host}${url.pathname}`;
}
