import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresEventStore } from './index.ts';
import { startCluster, type TestCluster } from './test-cluster.ts';
import { startProxy } from './test-proxy.ts';
import { testSchema } from './test-server.ts';

const placed = [{ type: 'order.placed', data: {} }];
const any = { expectedVersion: 'any' } as const;
const order = (id: string) => ({ category: 'order', id });

let before: TestCluster;
let after: TestCluster;
beforeAll(async () => {
  [before, after] = await Promise.all([startCluster(), startCluster()]);
});
afterAll(async () => {
  await before.remove();
  await after.remove();
});

test('a process goes on reading when its database is moved to a server that counts from lower', async () => {
  const database = testSchema('moved');
  const url = await before.url(database);
  const proxy = await startProxy(before.port);
  const store = await openPostgresEventStore({
    connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/${database}`,
  });
  await store.append(order('a'), placed, any);
  // The old server is far ahead in its numbers of transactions.
  await before.on(database, async (client) => {
    for (let index = 0; index < 3_000; index += 1) await client.query('SELECT txid_current()');
  });
  const other = await openPostgresEventStore({ connectionString: url });
  const appended = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const open = other.transaction(async (tx) => {
    await other.append(order('b'), placed, { ...any, tx });
    appended.resolve();
    await gate.promise;
    throw new Error('changed my mind');
  });
  open.catch(() => undefined);
  await appended.promise;
  await store.append(order('a'), placed, any);
  expect(await store.positions()).toEqual({ horizon: 1, head: 3 });

  await after.url(database);
  const [from, to] = [before, after].map(({ port }) => `-h 127.0.0.1 -p ${port} -U postgres`);
  await promisify(execFile)('bash', [
    '-c',
    `set -o pipefail; pg_dump ${from} ${database} | psql -q ${to} ${database}`,
  ]);
  proxy.pointTo(after.port);
  proxy.cut();
  gate.resolve();
  await open.catch(() => undefined);
  while ((await store.positions().catch(() => undefined)) === undefined);

  await store.append(order('a'), placed, any);
  await store.positions();
  expect(await store.positions()).toEqual({ horizon: 4, head: 4 });
  expect((await store.readAll()).events).toHaveLength(3);
  await store.close();
  await other.close();
  await proxy.close();
});
