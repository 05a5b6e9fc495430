import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgresEventStore } from './index.ts';
import { startCluster, type TestCluster } from './test-cluster.ts';
import { testSchema } from './test-server.ts';

const placed = [{ type: 'order.placed', data: {} }];
const none = { expectedVersion: 'none' } as const;
const order = { category: 'order', id: 'a' };

let cluster: TestCluster;
let database: string;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.on('postgres', async (client) => {
    await client.query('CREATE ROLE app LOGIN');
    await client.query('CREATE ROLE reader LOGIN');
  });
});
afterAll(() => cluster.remove());
beforeEach(async () => {
  database = testSchema('rights');
  await cluster.url(database);
});

const as = (role: string) => ({
  connectionString: `postgres://${role}@127.0.0.1:${cluster.port}/${database}`,
});

async function run(...statements: readonly string[]): Promise<void> {
  await cluster.on(database, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function fill(): Promise<void> {
  const store = await openPostgresEventStore(as('postgres'));
  await store.append(order, placed, none);
  await store.append({ ...order, id: 'b' }, placed, none);
  await store.close();
}

test('a role that owns the schema needs no right to create one', async () => {
  await run('CREATE SCHEMA event_store AUTHORIZATION app');
  const store = await openPostgresEventStore(as('app'));
  expect(await store.append(order, placed, none)).toMatchObject({ outcome: 'appended' });
  await store.close();
});

test('a role that may neither is told what to grant', async () => {
  const opening = openPostgresEventStore(as('app'));
  await expect(opening).rejects.toMatchObject({ code: 'SCHEMA_RIGHTS', schema: 'event_store' });
  await expect(opening).rejects.toThrow(/permission denied for database .*AUTHORIZATION/);
});

test('a role that may use the schema but not see its tables is told what to grant', async () => {
  await fill();
  await run('GRANT USAGE ON SCHEMA event_store TO reader');
  const opening = openPostgresEventStore(as('reader'));
  await expect(opening).rejects.toThrow(/permission denied for table .*SELECT on its tables/);
});

test('a role that only reads opens, reads, and is refused when it writes', async () => {
  await fill();
  await run(
    'GRANT USAGE ON SCHEMA event_store TO reader',
    'GRANT SELECT ON ALL TABLES IN SCHEMA event_store TO reader',
  );
  const store = await openPostgresEventStore(as('reader'));
  expect((await store.readAll()).events).toHaveLength(2);
  expect(await store.readStream(order)).toHaveLength(1);
  const append = store.append(order, placed, { expectedVersion: 'any' });
  await expect(append).rejects.toMatchObject({ code: 'RIGHT_MISSING' });
  await expect(append).rejects.toThrow(/permission denied for table stream/);
  await store.close();
});

test('a role that writes needs no more than the error for writers says', async () => {
  await fill();
  await run(
    'GRANT USAGE ON SCHEMA event_store TO app',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA event_store TO app',
    'GRANT USAGE ON ALL SEQUENCES IN SCHEMA event_store TO app',
  );
  const store = await openPostgresEventStore(as('app'));
  expect(await store.append(order, placed, { expectedVersion: 'any' })).toMatchObject({
    toVersion: 2,
  });
  await store.transaction((tx) =>
    store.outbox.enqueue([{ topic: 't', key: 'k', payload: 1 }], { tx }),
  );
  await store.projections.register({ projection: 'p', bucketCount: 1 });
  await store.close();
});

test('a database that takes no writes is opened and read, also behind a gap', async () => {
  await fill();
  await run('SELECT nextval($$event_store.event_position_seq$$)');
  const writer = await openPostgresEventStore(as('postgres'));
  await writer.append(order, placed, { expectedVersion: 'any' });
  await writer.close();
  await run(`ALTER DATABASE "${database}" SET default_transaction_read_only = on`);
  const store = await openPostgresEventStore(as('postgres'));
  expect((await store.readAll()).events).toHaveLength(3);
  const append = store.append(order, placed, { expectedVersion: 'any' });
  await expect(append).rejects.toThrow(/read-only transaction. Nothing was written/);
  await store.close();
});
