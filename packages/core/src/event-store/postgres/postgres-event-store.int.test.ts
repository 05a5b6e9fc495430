import { afterAll, beforeAll } from 'vitest';
import { describeEventStore } from '../testing/index.ts';
import { openPostgresEventStore, type PostgresEventStoreOptions } from './postgres-event-store.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from './test-server.ts';

const schemas = new Map<object, string>();

beforeAll(() => onTestServer((client) => client.query('SELECT 1')));
afterAll(async () => {
  for (const schema of schemas.values()) await dropSchema(schema);
});

async function open(schema: string, options: Partial<PostgresEventStoreOptions> = {}) {
  const store = await openPostgresEventStore({
    connectionString: testServerUrl,
    schema,
    ...options,
  });
  schemas.set(store, schema);
  return store;
}

describeEventStore('on PostgreSQL', {
  hasConcurrentTransactions: true,
  open: (options) => open(testSchema('contract'), options),
  reopen: (store, options) => {
    const schema = schemas.get(store);
    if (schema === undefined) throw new Error('not a store of this harness');
    return open(schema, options);
  },
});
