import { openPostgresEventStore } from '@firedrill/core/event-store/postgres';
import type { PortContext } from '@firedrill/core/scenario';
import { ConnectionResetError } from '@firedrill/core/services';
import { Client } from 'pg';
import { catalogue, type ClinicStore } from '../implementations/hardened/events.ts';

/** Connections of all processes together. */
const maxConnections = 20;

/** The clinic's events on a server, in a schema of its own. */
export interface PostgresStore {
  /** The store as one process has it. */
  readonly open: (process: Pick<PortContext, 'onEnd'>) => ClinicStore;
  readonly close: () => Promise<void>;
  /** Closes it, and removes the schema with all that is in it. */
  readonly drop: () => Promise<void>;
}

/** Opens the event store on a PostgreSQL server. @throws EventStoreError when that does not let us in. */
export async function openPostgresStore(
  connectionString: string,
  schema: string,
): Promise<PostgresStore> {
  const store = await openPostgresEventStore({
    connectionString,
    schema,
    maxConnections,
    catalogue,
  });
  return {
    open: ({ onEnd }) => mortal(store, onEnd),
    close: () => store.close(),
    async drop() {
      await store.close();
      const client = new Client({ connectionString });
      await client.connect();
      await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(schema)} CASCADE`);
      await client.end();
    },
  };
}

/**
 * A store whose open transactions are rolled back when its process crashes, as a server does when a
 * connection is gone. That the process hears of nothing any more is up to whoever opened the port.
 */
function mortal(store: ClinicStore, onEnd: PortContext['onEnd']): ClinicStore {
  const crashed = Promise.withResolvers<never>();
  crashed.promise.catch(() => {});
  onEnd(() => crashed.reject(new ConnectionResetError('store', 'transaction')));
  return {
    ...store,
    transaction: (work) => store.transaction((tx) => Promise.race([work(tx), crashed.promise])),
  };
}
