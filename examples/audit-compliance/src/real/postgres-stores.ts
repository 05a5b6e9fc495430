import { openPostgresEventStore } from '@firedrill/core/event-store/postgres';
import { ConnectionResetError } from '@firedrill/core/services';
import { Client } from 'pg';
import { catalogue, type ClinicStore } from '../implementations/hardened/events.ts';
import type { Stores } from '../implementations/hardened/stores.ts';
import { boundTo, type Life } from '../processes.ts';

/** Connections of all processes together, and of those who look from outside. */
const maxConnections = 20;

/** Stores on a server, which somebody must close. */
export interface PostgresStores extends Stores {
  readonly close: () => Promise<void>;
  /** Closes them, and removes all that is in the schema. */
  readonly drop: () => Promise<void>;
}

/** The event store on a PostgreSQL server, in a schema that is made at the first use. */
export async function openPostgresStores(
  connectionString: string,
  schema: string,
): Promise<PostgresStores> {
  const store = await openPostgresEventStore({
    connectionString,
    schema,
    maxConnections,
    catalogue,
  });
  return {
    open: (life) => mortal(store, life),
    watched: store,
    close: () => store.close(),
    async drop() {
      await store.close();
      const client = new Client({ connectionString });
      await client.connect();
      await client.query(`DROP SCHEMA ${client.escapeIdentifier(schema)} CASCADE`);
      await client.end();
    },
  };
}

/**
 * A store as a process has it that may crash: then its transactions are rolled back, as the server does
 * when a connection is gone, and nothing that was asked is answered any more.
 */
function mortal(store: ClinicStore, life: Life): ClinicStore {
  const crashed = new Promise<never>((_, reject) => {
    life.onCrash(() => reject(new ConnectionResetError('store', 'transaction')));
  });
  crashed.catch(() => {});
  return {
    ...store,
    append: (stream, events, options) => life.outside(() => store.append(stream, events, options)),
    readStream: (stream, options) => life.outside(() => store.readStream(stream, options)),
    readAll: (options) => life.outside(() => store.readAll(options)),
    positions: () => life.outside(() => store.positions()),
    transaction: (work) =>
      life.outside(() => store.transaction((tx) => Promise.race([work(tx), crashed]))),
    outbox: boundTo(life, store.outbox),
    projections: boundTo(life, store.projections),
    snapshots: boundTo(life, store.snapshots),
  };
}
