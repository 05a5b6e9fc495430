import { afterAll, beforeAll } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { PgliteDatabase } from '../pglite/pglite-database.ts';
import { templateFile } from '../pglite/template.ts';
import { WorkerClient } from '../pglite/worker-client.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import type { SqlTransaction } from '../sql/sql-database.ts';
import { describeEventStore } from '../testing/index.ts';
import { createChannelPair } from './channel-pair.ts';
import { type IpcEventStoreOptions, openIpcEventStore } from './ipc-event-store.ts';
import { type DatabaseServer, serveChildren } from './serve-children.ts';

type Store = EventStore<SqlTransaction>;

let client: WorkerClient;
let schemas = 0;
const servers = new WeakMap<object, DatabaseServer>();

// Starting takes a second: the tests share one database, and each has a schema of its own.
beforeAll(async () => {
  client = await WorkerClient.start({ dataDirectory: undefined, template: await templateFile() });
});
afterAll(() => client.close());

async function childOf(server: DatabaseServer, options?: IpcEventStoreOptions): Promise<Store> {
  const { parent, child } = createChannelPair();
  server.serve(parent);
  const store = await openIpcEventStore({ ...options, channel: child });
  servers.set(store, server);
  return store;
}

describeEventStore('of the parent process', {
  hasConcurrentTransactions: false,
  async open(options) {
    schemas += 1;
    const schema = `ipc_${schemas}`;
    const database = new PgliteDatabase(client, schema, () => Promise.resolve());
    const bucketCount = await migrate(database, schema, { requested: undefined, initial: 64 });
    return childOf(serveChildren(database, { bucketCount }), options);
  },
  reopen(store, options) {
    const server = servers.get(store);
    if (server === undefined) throw new Error('not a store of this harness');
    return childOf(server, options);
  },
});
