import { Client, types } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProjectionRunner, defineProjection } from '../index.ts';
import { openPostgresEventStore, type PostgresEventStore } from './index.ts';
import { startCluster, type TestCluster } from './test-cluster.ts';
import { startPooler, type TestPooler } from './test-pooler.ts';
import { testSchema } from './test-server.ts';

const order = (id: string) => ({ category: 'order', id });
const placed = (number: number) => ({ type: 'order.placed', data: { number } });
const any = { expectedVersion: 'any' } as const;

let cluster: TestCluster;
let pooler: TestPooler;
beforeAll(async () => {
  cluster = await startCluster();
  pooler = await startPooler(cluster.port);
});
afterAll(async () => {
  await pooler.remove();
  await cluster.remove();
});

/** Goes through everything of which the answer could be misread. */
async function exercise(store: PostgresEventStore): Promise<void> {
  const before = Date.now() - 60_000;
  await store.append(order('a'), [placed(1)], { expectedVersion: 'none' });
  const many = await store.append(order('b'), [placed(2), placed(3)], { expectedVersion: 'none' });
  expect(many).toMatchObject({ fromVersion: 1, toVersion: 2 });
  await store.snapshots.save(order('a'), 's', {
    streamVersion: 1,
    schemaVersion: 1,
    state: { total: 1 },
  });
  expect(await store.snapshots.load(order('a'), 's')).toMatchObject({ state: { total: 1 } });
  await store.transaction((tx) =>
    store.outbox.enqueue([{ topic: 't', key: 'k', payload: [1] }], { tx }),
  );
  const events: unknown[] = [];
  const projection = defineProjection({
    name: 'seen',
    handle: (batch) => void events.push(...batch),
  });
  const runner = createProjectionRunner(store, { projections: [projection] });
  await runner.start();
  await runner.onCaughtUp();
  await runner.stop();
  const read = (await store.readAll()).events;
  expect(read.map(({ data, streamVersion }) => [data, streamVersion])).toEqual([
    [{ number: 1 }, 1],
    [{ number: 2 }, 1],
    [{ number: 3 }, 2],
  ]);
  expect(many.position).toBe(read.at(-1)?.position);
  for (const { recordedAt } of read) {
    expect(recordedAt.getTime()).toBeGreaterThan(before);
    expect(recordedAt.getTime()).toBeLessThan(Date.now() + 60_000);
  }
  expect(events).toHaveLength(3);
  expect((await store.outbox.status()).oldestPendingAt?.getTime()).toBeGreaterThan(before);
}

async function withStore(
  body: (store: PostgresEventStore) => Promise<void>,
  prepare: readonly string[] = [],
): Promise<void> {
  const database = testSchema('settings');
  const connectionString = await cluster.url(database);
  await cluster.on(database, async (client) => {
    for (const statement of prepare) await client.query(statement.replaceAll('$db', database));
  });
  const store = await openPostgresEventStore({ connectionString });
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

const asText = (text: string): string => text;

describe('what the store reads does not depend on', () => {
  test.each([
    ['times', types.builtins.TIMESTAMPTZ, asText],
    ['JSON', types.builtins.JSONB, asText],
    ['large numbers', types.builtins.INT8, BigInt],
    ['identifiers', types.builtins.UUID, () => null],
    ['numbers', types.builtins.INT4, asText],
    ['flags', types.builtins.BOOL, asText],
  ])('the parser that the process has set for %s', async (_, oid, parse) => {
    const original: unknown = types.getTypeParser(oid);
    types.setTypeParser(oid, parse);
    try {
      await withStore(exercise);
    } finally {
      if (isParser(original)) types.setTypeParser(oid, original);
    }
  });

  test.each([
    ['the style of dates', `SET datestyle = 'SQL, DMY'`],
    ['the style of intervals', `SET intervalstyle = 'sql_standard'`],
    ['the time zone', `SET timezone = 'Pacific/Chatham'`],
    ['the default isolation', `SET default_transaction_isolation = 'serializable'`],
    ['an empty search path', `SET search_path = ''`],
  ])('%s of the database', async (_, setting) => {
    await withStore(exercise, [`ALTER DATABASE "$db" ${setting}`]);
  });

  test('a search path on which somebody else has functions of the same names', async () => {
    await withStore(exercise, [
      'CREATE SCHEMA theirs',
      `CREATE FUNCTION theirs.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS $$ SELECT '2001-01-01Z'::timestamptz $$`,
      `CREATE FUNCTION theirs.statement_timestamp() RETURNS timestamptz LANGUAGE sql
        AS $$ SELECT '2001-01-01Z'::timestamptz $$`,
      `ALTER DATABASE "$db" SET search_path = theirs, pg_catalog`,
    ]);
  });
});

test('appends at once do not fail where the default isolation is serializable', async () => {
  await withStore(
    async (store) => {
      const appends = Array.from({ length: 40 }, () => store.append(order('a'), [placed(1)], any));
      expect(await Promise.all(appends)).toHaveLength(40);
    },
    [`ALTER DATABASE "$db" SET default_transaction_isolation = 'serializable'`],
  );
});

test('statements of a schema with a long name are told apart', async () => {
  const connectionString = await cluster.url(testSchema('names'));
  const schema = 'tenant_of_the_european_production_system';
  const store = await openPostgresEventStore({ connectionString, schema, maxConnections: 1 });
  await store.append(order('a'), [placed(1)], { ...any, tenant: 't' });
  const kinds = ['order.placed'];
  const categories = ['order'];
  const tenants = ['t'];
  const buckets = Array.from({ length: 64 }, (_, bucket) => bucket);
  const filters = [
    { types: kinds },
    { types: kinds, categories },
    { types: kinds, categories, tenants },
    { types: kinds, categories, tenants, buckets },
    { types: kinds, categories, buckets },
    { types: kinds, tenants, buckets },
  ];
  for (const filter of filters) {
    expect((await store.readAll({ filter })).events).toHaveLength(1);
  }
  const names = await store.transaction((tx) =>
    tx.query('SELECT name FROM pg_prepared_statements'),
  );
  expect(names.length).toBeGreaterThan(filters.length);
  for (const { name } of names) expect(String(name).length).toBeLessThan(63);
  await store.close();
});

describe('through pgbouncer in transaction mode', () => {
  test('appends, reads and runners work', async () => {
    const database = testSchema('pooled');
    await cluster.url(database);
    const store = await openPostgresEventStore({ connectionString: pooler.url(database) });
    await exercise(store);
    const appends = Array.from({ length: 80 }, (_, index) =>
      store.append(order(`w${index % 8}`), [placed(index)], any),
    );
    expect(await Promise.all(appends)).toHaveLength(80);
    await store.close();
  });

  test('a default isolation that would refuse appends at once is not what they run at', async () => {
    const database = testSchema('pooled');
    await cluster.url(database);
    await cluster.on(database, (client) =>
      client.query(`ALTER DATABASE "${database}" SET default_transaction_isolation = serializable`),
    );
    const store = await openPostgresEventStore({ connectionString: pooler.url(database) });
    await exercise(store);
    const appends = Array.from({ length: 40 }, () => store.append(order('c'), [placed(1)], any));
    expect(await Promise.all(appends)).toHaveLength(40);
    await store.close();
  });

  test('nothing is left in a session that somebody else gets next', async () => {
    const database = testSchema('pooled');
    await cluster.url(database);
    const store = await openPostgresEventStore({ connectionString: pooler.url(database) });
    await exercise(store);
    await store.close();
    const theirs = new Client({ connectionString: pooler.url(database) });
    await theirs.connect();
    const { rows } = await theirs.query(`SELECT current_setting('statement_timeout') AS time_limit,
      (SELECT count(*)::integer FROM pg_prepared_statements) AS prepared`);
    await theirs.end();
    expect(rows).toEqual([{ time_limit: '0', prepared: 0 }]);
  });
});

test('statements that somebody deallocates are prepared no more, and nothing fails', async () => {
  await withStore(async (store) => {
    await store.append(order('a'), [placed(1)], any);
    await store.transaction((tx) => tx.query('DEALLOCATE ALL'));
    expect(await store.append(order('a'), [placed(2)], any)).toMatchObject({ toVersion: 2 });
  });
});

function isParser(value: unknown): value is (text: string) => unknown {
  return typeof value === 'function';
}
