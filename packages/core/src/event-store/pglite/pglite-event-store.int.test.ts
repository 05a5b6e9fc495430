import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { describeEventStore } from '../testing/index.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import type { SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { openPgliteEventStore, type PgliteEventStoreOptions } from './pglite-event-store.ts';
import { templateFile } from './template.ts';
import { WorkerClient } from './worker-client.ts';

type Store = EventStore<SqlTransaction>;

let client: WorkerClient;
let schemas = 0;
const databases = new WeakMap<object, PgliteDatabase>();

// Starting takes a second: the tests share one database, and each has a schema of its own.
beforeAll(async () => {
  client = await WorkerClient.start({ dataDirectory: undefined, template: await templateFile() });
});
afterAll(() => client.close());

async function storeOn(
  database: PgliteDatabase,
  schema: string,
  { catalogue }: Partial<PgliteEventStoreOptions> = {},
): Promise<Store> {
  const bucketCount = await migrate(database, schema, { requested: undefined, initial: 64 });
  const store = createSqlEventStore({ database, bucketCount, catalogue, clock: 'database' });
  const kept = { ...store, close: () => Promise.resolve() };
  databases.set(kept, database);
  return kept;
}

describeEventStore('on PGlite', {
  hasConcurrentTransactions: false,
  open: (options) => {
    schemas += 1;
    const schema = `contract_${schemas}`;
    const database = new PgliteDatabase(client, schema, () => Promise.resolve());
    return storeOn(database, schema, options);
  },
  reopen: (store, options) => {
    const database = databases.get(store);
    if (database === undefined) throw new Error('not a store of this harness');
    return storeOn(database, `contract_${schemas}`, options);
  },
});

describe('the embedded event store', () => {
  test('refuses to wait for itself: a transaction that forgets its tx is an error', async () => {
    const store = await openPgliteEventStore();
    const stream = { category: 'order', id: 'a' };
    const event = { type: 'order.placed', data: {} };
    const transaction = store.transaction(() =>
      store.append(stream, [event], { expectedVersion: 'any' }),
    );
    await expect(transaction).rejects.toMatchObject({ code: 'TRANSACTION_REQUIRED' });
    await store.append(stream, [event], { expectedVersion: 'none' });
    await store.close();
    await expect(store.readAll()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  test('prepares its statements anew when somebody deallocated them', async () => {
    const database = new PgliteDatabase(client, 'deallocated', () => Promise.resolve());
    const store = await storeOn(database, 'deallocated');
    const stream = { category: 'order', id: 'a' };
    const event = { type: 'order.placed', data: {} };
    const append = (tx?: SqlTransaction) =>
      store.append(stream, [event], { expectedVersion: 'any', ...(tx ? { tx } : {}) });
    await append();

    await database.query('DEALLOCATE ALL');
    await append();
    await database.query('DEALLOCATE ALL');
    await expect(store.transaction(append)).rejects.toMatchObject({ code: '26000' });
    await store.transaction(append);

    expect(await store.readStream(stream)).toHaveLength(3);
  });
});
