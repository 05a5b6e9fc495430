import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createProjectionRunner,
  defineProjection,
  type RunnerNotice,
  StoreUnavailableError,
} from '../index.ts';
import {
  openPostgresEventStore,
  type PostgresEventStore,
  type PostgresEventStoreOptions,
  type SqlTransaction,
} from './index.ts';
import { startCluster, type TestCluster } from './test-cluster.ts';
import { startProxy } from './test-proxy.ts';
import { testSchema } from './test-server.ts';

const order = (id: string) => ({ category: 'order', id });
const placed = [{ type: 'order.placed', data: {} }];
const any = { expectedVersion: 'any' } as const;

/** A server that is there answers within this on a busy machine; one that is not is waited for as long. */
const answerMs = 3_000;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.remove());

/** Runs `body` with a store in a database of its own. An error that nobody handles fails the run. */
async function withStore(
  body: (store: PostgresEventStore, database: string) => Promise<void>,
  options: Partial<PostgresEventStoreOptions> = {},
): Promise<void> {
  const database = testSchema('lost');
  const connectionString = await cluster.url(database);
  const store = await openPostgresEventStore({ connectionString, ...options });
  try {
    await body(store, database);
  } finally {
    await store.close();
  }
}

describe('a connection that is lost', () => {
  test('while it is idle is replaced at the next call', async () => {
    await withStore(async (store, database) => {
      await store.append(order('a'), placed, any);
      await cluster.cutConnections(database);
      expect(await appended(store, 'a')).toBe(2);
    });
  });

  test('between two statements of a transaction undoes it, and the error says so', async () => {
    await withStore(async (store, database) => {
      const outcome = store.transaction(async (tx) => {
        await store.append(order('a'), placed, { ...any, tx });
        await cluster.cutConnections(database);
        await store.append(order('a'), placed, { ...any, tx });
      });
      await expect(outcome).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        outcome: 'undone',
        message: expect.stringMatching(/administrator command.*Nothing was written/),
      });
      expect(await store.readStream(order('a'))).toEqual([]);
    });
  });

  test('is the reason of the rejection, whatever the callback made of it', async () => {
    await withStore(async (store, database) => {
      const outcome = store.transaction(async (tx) => {
        await cluster.cutConnections(database);
        await tx.query('SELECT 1').catch(() => {
          throw new Error('could not write the summary');
        });
      });
      await expect(outcome).rejects.toBeInstanceOf(StoreUnavailableError);
    });
  });

  test('during a statement rejects it, and ends nothing else', async () => {
    await withStore(async (store, database) => {
      const outcome = store.transaction((tx) => tx.query('SELECT pg_sleep(600)'));
      outcome.catch(() => undefined);
      await cluster.on(database, async (client) => {
        const running = `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%'`;
        while ((await client.query(running)).rowCount === 0);
      });
      await cluster.cutConnections(database);
      await expect(outcome).rejects.toMatchObject({ outcome: 'undone' });
      expect(await appended(store, 'a')).toBe(1);
    });
  });

  test('to the time limit of idle transactions is told from an error of the callback', async () => {
    await withStore(async (store, database) => {
      const outcome = store.transaction(async (tx) => {
        // In this transaction alone: those that open a store are idle for as long as the machine is busy.
        await tx.query('SET LOCAL idle_in_transaction_session_timeout = 50');
        await cluster.on(database, async (client) => {
          const waiting = `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'`;
          while ((await client.query(waiting)).rowCount !== 0);
        });
        await tx.query('SELECT 1');
      });
      await expect(outcome).rejects.toThrow(/idle-in-transaction timeout/);
    });
  });
});

describe('a server that goes away and comes back', () => {
  /** Rounds of cut connections; `ROUNDS=400` takes as long as a real bad day. */
  const rounds = Number(process.env['ROUNDS'] ?? 40);

  test('under a runner and writers costs no event, no attempt and no dead letter', async () => {
    await withStore(async (store, database) => {
      await cluster.on(database, (client) =>
        client.query('CREATE TABLE seen (event_id uuid PRIMARY KEY, version integer)'),
      );
      const notices: RunnerNotice[] = [];
      const projection = defineProjection<SqlTransaction>({
        name: 'seen',
        batchSize: 10,
        failure: { maxAttempts: 1, onExhausted: 'dead-letter' },
        async handleEach({ eventId, streamVersion }, tx) {
          await tx.query('INSERT INTO seen VALUES ($1, $2)', [eventId, streamVersion]);
        },
      });
      const runner = createProjectionRunner(store, {
        projections: [projection],
        leaseMs: 1_000,
        pollMs: 20,
        onNotice: (notice) => void notices.push(notice),
      });
      await runner.start();

      const over = new AbortController();
      let acknowledged = 0;
      const outcomes: unknown[] = [];
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        while (!over.signal.aborted) {
          try {
            await store.append(order(String(writer)), placed, any);
            acknowledged += 1;
          } catch (error) {
            outcomes.push(error);
          }
        }
      });
      for (let round = 1; round <= rounds; round += 1) {
        if (round % Math.ceil(rounds / 4) === 0) {
          await cluster.restart(round % 2 === 0 ? 'fast' : 'immediate');
        }
        const before = acknowledged;
        await pause(50);
        // Connections take as long to be made again as the machine is busy.
        const enough = before + 2;
        await vi.waitUntil(() => acknowledged >= enough, { interval: 5, timeout: 120_000 });
        await cluster.cutConnections(database);
      }
      over.abort();
      await Promise.all(writers);
      await runner.onCaughtUp();
      await runner.stop();

      const events = await cluster.on(database, (client) =>
        client.query('SELECT count(*)::integer AS stored FROM event_store.event'),
      );
      const wrong = await cluster.on(database, (client) =>
        client.query(`SELECT * FROM event_store.event e FULL JOIN seen s USING (event_id)
          WHERE e.event_id IS NULL OR s.event_id IS NULL`),
      );
      expect(acknowledged).toBeGreaterThan(rounds);
      expect(events.rows[0].stored).toBeGreaterThanOrEqual(acknowledged);
      expect(events.rows[0].stored).toBeLessThanOrEqual(acknowledged + outcomes.length);
      expect(outcomes.filter((error) => !(error instanceof StoreUnavailableError))).toEqual([]);
      expect(wrong.rows).toEqual([]);
      const failures = notices.filter(
        ({ type }) => type === 'event.failed' || type === 'batch.failed',
      );
      expect(failures).toEqual([]);
      const [report] = await runner.status();
      expect(report).toMatchObject({ deadLetters: 0, stuck: [] });
    });
  });
});

describe('a network that takes everything and delivers nothing', () => {
  test('is noticed by every call, and holds up neither stop nor close', async () => {
    const database = testSchema('silent');
    await cluster.url(database);
    const proxy = await startProxy(cluster.port);
    const store = await openPostgresEventStore({
      connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/${database}`,
      connectTimeoutMs: answerMs,
      statementTimeoutMs: answerMs,
      closeTimeoutMs: answerMs,
    });
    const projection = defineProjection({ name: 'idle', handle: () => {} });
    const runner = createProjectionRunner(store, { projections: [projection], leaseMs: 600 });
    await runner.start();
    await store.append(order('a'), placed, any);
    await runner.onCaughtUp();
    const open = Promise.withResolvers<void>();
    const abandoned = store.transaction(async (tx) => {
      await tx.query('SELECT 1');
      open.resolve();
      await new Promise(() => {});
    });
    abandoned.catch(() => undefined);
    await open.promise;
    proxy.swallow();

    await expect(store.append(order('a'), placed, any)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      outcome: 'unknown',
      message: expect.stringContaining('it did not answer within'),
    });
    // A connection from before is as dead as the one that found out: it is not waited for again.
    await expect(store.readStream(order('a'))).rejects.toThrow(/timeout|no connection/);
    await runner.stop({ timeoutMs: 100 });
    await store.close();
    await proxy.close();
  });
});

async function appended(store: PostgresEventStore, id: string): Promise<number> {
  return (await store.append(order(id), placed, any)).toVersion;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
