import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgresEventStore } from '../postgres/index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from '../postgres/test-server.ts';

let schema: string;
beforeAll(() => onTestServer((client) => client.query('SELECT 1')));
beforeEach(() => {
  schema = testSchema('schema');
});
afterEach(() => dropSchema(schema));

const open = () => openPostgresEventStore({ connectionString: testServerUrl, schema });

test.each(['UPDATE %.event SET tenant = $$x$$', 'DELETE FROM %.event', 'TRUNCATE %.event'])(
  'the database refuses to change events: %s',
  async (statement) => {
    const store = await open();
    await store.append({ category: 'c', id: 'a' }, [{ type: 't', data: {} }], {
      expectedVersion: 'none',
    });
    await onTestServer(async (client) => {
      const change = client.query(statement.replace('%', `"${schema}"`));
      await expect(change).rejects.toThrow(/events never change/);
    });
    expect(await store.readStream({ category: 'c', id: 'a' })).toHaveLength(1);
    await store.close();
  },
);

test('processes that start at once migrate once', async () => {
  const stores = await Promise.all([open(), open(), open(), open()]);
  const versions = await onTestServer((client) =>
    client.query(`SELECT version FROM "${schema}".schema_migration ORDER BY version`),
  );
  expect(versions.rows).toEqual([
    { version: 1 },
    { version: 2 },
    { version: 3 },
    { version: 4 },
    { version: 5 },
  ]);
  await Promise.all(stores.map((store) => store.close()));
});

test('code that is older than the database is refused, and changes nothing', async () => {
  await (await open()).close();
  await onTestServer((client) =>
    client.query(`INSERT INTO "${schema}".schema_migration VALUES (99, 'from the future')`),
  );
  await expect(open()).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', found: 99, supported: 5 });
});

test('a server that is not there is named in the error', async () => {
  const opening = openPostgresEventStore({
    connectionString: 'postgres://nobody:secret@127.0.0.1:1/nothing',
  });
  await expect(opening).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
  await expect(opening).rejects.toThrow(/127\.0\.0\.1:1\/nothing/);
  await expect(opening).rejects.not.toThrow(/secret/);
});

test('a transaction that the caller began on its own client takes appends in', async () => {
  const store = await open();
  const stream = { category: 'c', id: 'a' };
  const event = { type: 't', data: {} };
  await onTestServer(async (client) => {
    await client.query('BEGIN');
    await store.append(stream, [event], { expectedVersion: 'none', tx: store.join(client) });
    await client.query('ROLLBACK');
    expect(await store.readStream(stream)).toEqual([]);
    await client.query('BEGIN');
    await store.append(stream, [event], { expectedVersion: 'none', tx: store.join(client) });
    await client.query('COMMIT');
  });
  expect(await store.readStream(stream)).toHaveLength(1);
  await store.close();
});
