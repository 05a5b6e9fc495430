import type { PoolClient } from 'pg';
import { DEFAULT_BUCKET_COUNT } from '../bucket.ts';
import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import { checkInteger } from '../checks.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { ConnectError } from '../sql/errors.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import { checkSchemaName, type SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { Connections } from './connections.ts';
import { PgDatabase } from './pg-database.ts';

/** Where the server is, and for how many ms it is waited for. */
export interface PostgresEventStoreOptions<Catalogue extends EventCatalogue = EventCatalogue> {
  /** E.g. `postgres://user:password@host:5432/database`. */
  readonly connectionString: string;
  /** Schema that holds the tables of the store. Default: `event_store`. */
  readonly schema?: string;
  /**
   * Connections for statements and transactions at most; a transaction takes one until it ends. One more
   * is kept for leases, and up to two for what callbacks of transactions do beside them. Default: 10.
   */
  readonly maxConnections?: number;
  /** Milliseconds to wait for a connection. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds that a statement may take. Where the database sets no `statement_timeout`, the server
   * ends it then; a server that has not answered two seconds later is given up, with its connections.
   * Raise it for handlers whose own statements take longer. Default: 10,000.
   */
  readonly statementTimeoutMs?: number;
  /** Milliseconds that `close` waits for what is under way, before it cuts it off. Default: 3,000. */
  readonly closeTimeoutMs?: number;
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

/** An event store in PostgreSQL. */
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
  const connections = new Connections({
    connectionString: options.connectionString,
    maxConnections: checkInteger('maxConnections', options.maxConnections ?? 10, 1),
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs ?? 10_000),
    statementTimeoutMs: milliseconds('statementTimeoutMs', options.statementTimeoutMs ?? 10_000),
    closeTimeoutMs: milliseconds('closeTimeoutMs', options.closeTimeoutMs ?? 3_000),
  });
  const database = new PgDatabase(connections, schema);
  try {
    await connect(connections, options.connectionString);
    // A socket that opened later would count as real input and output under a simulation.
    if (options.clock === 'process') (await connections.lend('leases')).release();
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

async function connect(connections: Connections, connectionString: string): Promise<void> {
  try {
    (await connections.lend('work')).release();
  } catch (error) {
    const cause = error instanceof StoreUnavailableError ? (error.cause ?? error) : error;
    throw new ConnectError(withoutPassword(connectionString), cause);
  }
}

function milliseconds(option: string, value: number): number {
  return checkInteger(option, value, 1, LONGEST_MS);
}

/** A timer cannot be set to longer, and the grace for an answer comes on top. */
const LONGEST_MS = 2 ** 31 - 1 - 60_000;

function withoutPassword(connectionString: string): string {
  const url = URL.parse(connectionString);
  if (url === null) return 'the connection string given';
  return `${url.host === '' ? 'localhost' : url.host}${url.pathname}`;
}
