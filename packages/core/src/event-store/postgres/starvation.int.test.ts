import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProjectionRunner, defineProjection, type RunnerNotice } from '../index.ts';
import { openPostgresEventStore, type PostgresEventStore } from './index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from './test-server.ts';

const placed = [{ type: 'order.placed', data: {} }];
const any = { expectedVersion: 'any' } as const;
const order = (id: string) => ({ category: 'order', id });

/** Connections that are free are made within this on a busy machine, in ms; one that is not is waited for as long. */
const busyMs = 3_000;

/** Renewed each third of it: so much later may a renewal come on a busy machine. */
const leaseMs = 5_000;

const schema = testSchema('starving');
const stores: PostgresEventStore[] = [];

async function open(connectTimeoutMs = 10_000): Promise<PostgresEventStore> {
  const store = await openPostgresEventStore({
    connectionString: testServerUrl,
    schema,
    maxConnections: 3,
    connectTimeoutMs,
  });
  stores.push(store);
  return store;
}

beforeAll(async () => {
  await onTestServer((client) => client.query('SELECT 1'));
  const store = await open();
  for (let id = 0; id < 60; id += 1) await store.append(order(String(id)), placed, any);
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await dropSchema(schema);
});

test('handlers that hold every connection longer than a lease keep no lease from being renewed', async () => {
  const calls = new Map<number | undefined, number>();
  const notices: RunnerNotice[] = [];
  const launch = async () => {
    const projection = defineProjection({
      name: 'slow',
      buckets: 8,
      handle: async (_, __, { bucket }) => {
        calls.set(bucket, (calls.get(bucket) ?? 0) + 1);
        // Longer than the lease: this is what the test is about.
        await new Promise((resolve) => {
          setTimeout(resolve, leaseMs * 1.2);
        });
      },
    });
    const runner = createProjectionRunner(await open(), {
      projections: [projection],
      workers: 3,
      leaseMs,
      onNotice: (notice) => void notices.push(notice),
    });
    await runner.start();
    return runner;
  };
  const [one, two] = [await launch(), await launch()];
  await one.onCaughtUp();
  await Promise.all([one.stop(), two.stop()]);

  expect([...calls.values()]).toEqual(Array(8).fill(1));
  expect(notices.filter(({ type }) => type === 'bucket.lost')).toEqual([]);
});

test('a handler that reads beside its transaction is served, though its transaction has the last connection', async () => {
  const store = await open(busyMs);
  const notices: RunnerNotice[] = [];
  let together = 0;
  const all = Promise.withResolvers<void>();
  const projection = defineProjection({
    name: 'reads-aside',
    buckets: 8,
    handle: async () => {
      together += 1;
      if (together === 3) all.resolve();
      await all.promise;
      expect(await store.readStream(order('1'))).toHaveLength(1);
      await store.transaction((tx) => tx.query('SELECT 1'));
    },
  });
  const runner = createProjectionRunner(store, {
    projections: [projection],
    workers: 3,
    onNotice: (notice) => void notices.push(notice),
  });
  await runner.start();
  await runner.onCaughtUp();
  await runner.stop();
  expect(notices.filter(({ type }) => type.endsWith('.failed'))).toEqual([]);
});

test('when no connection becomes free in time, the error says how many there are and what to do', async () => {
  const store = await open(busyMs);
  const gate = Promise.withResolvers<void>();
  const holding = Array.from({ length: 3 }, () => store.transaction(() => gate.promise));
  await expect(store.readStream(order('1'))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    outcome: 'undone',
    message: expect.stringMatching(/all 3 are taken .*raise maxConnections/),
  });
  gate.resolve();
  await Promise.all(holding);
});
