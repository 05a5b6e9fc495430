import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { createRandom, type Random } from '../../simulation/index.ts';
import { openPostgresEventStore } from '../postgres/index.ts';
import type { PostgresEventStore, SqlTransaction } from '../postgres/index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from '../postgres/test-server.ts';
import { createProjectionRunner, defineProjection, type ProjectionRunner } from './index.ts';

const schema = testSchema('projections');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
const replay = `SEED=${seed} pnpm --filter @firedrill/core exec vitest run --config vitest.int.config.ts src/event-store/projections`;
const stores: PostgresEventStore[] = [];

async function open(): Promise<PostgresEventStore> {
  const store = await openPostgresEventStore({ connectionString: testServerUrl, schema });
  stores.push(store);
  return store;
}

beforeAll(() => onTestServer((client) => client.query('SELECT 1')));
afterAll(async () => {
  for (const store of stores) await store.close();
  await dropSchema(schema);
});

test('on PostgreSQL, runners that come, go and fail apply each event once and in order', async () => {
  const random = createRandom(seed, 'storm');
  const store = await open();
  await store.transaction((tx) =>
    tx.query(`CREATE TABLE ${schema}.applied
      (sequence bigserial, event_id uuid, stream text, version integer)`),
  );
  let isCalm = false;
  const projection = defineProjection<SqlTransaction>({
    name: 'totals',
    batchSize: 10,
    handlerTimeoutMs: 200,
    failure: {
      maxAttempts: 1_000,
      backoff: { initialMs: 5, maxMs: 50, factor: 2, jitter: 'full' },
    },
    async handleEach({ eventId, stream, streamVersion }, tx) {
      await tx.query(
        `INSERT INTO ${schema}.applied (event_id, stream, version) VALUES ($1, $2, $3)`,
        [eventId, stream.id, streamVersion],
      );
      if (isCalm) return;
      if (random.chance(0.02)) throw new Error('refused now, not for ever');
      if (random.chance(0.002)) await sleep(1_000);
    },
  });
  const launch = async (): Promise<ProjectionRunner> => {
    const runner = createProjectionRunner(await open(), {
      projections: [projection],
      leaseMs: 600,
      pollMs: 20,
      workers: 3,
    });
    await runner.start();
    return runner;
  };

  const written = Array.from({ length: 4 }, (_, index) =>
    write(store, random.fork(`writer-${index}`)),
  );
  const running: ProjectionRunner[] = [await launch()];
  for (let change = 0; change < 8; change += 1) {
    await sleep(random.integer(50, 300));
    const leaving = running.length > 2 ? running.shift() : undefined;
    await leaving?.stop({ timeoutMs: 50 });
    running.push(await launch());
  }
  await Promise.all(written);
  isCalm = true;
  await running[0]?.onCaughtUp();
  await Promise.all(running.map((runner) => runner.stop()));

  const wrong = await onTestServer((client) =>
    client.query(
      `SELECT coalesce(e.stream_id, a.stream) AS stream, a.version, count(*) FROM ${schema}.event e
       FULL JOIN ${schema}.applied a ON a.event_id = e.event_id
       GROUP BY 1, 2 HAVING count(*) <> 1 OR a.version IS NULL`,
    ),
  );
  expect(wrong.rows, replay).toEqual([]);
  const disorder = await onTestServer((client) =>
    client.query(
      `SELECT * FROM (SELECT stream, version, row_number() OVER
         (PARTITION BY stream ORDER BY sequence) AS place FROM ${schema}.applied) AS a
       WHERE version <> place`,
    ),
  );
  expect(disorder.rows, replay).toEqual([]);
  const [report] = (await running[0]?.status()) ?? [];
  expect(report?.position, replay).toBeGreaterThan(200);
  expect(report, replay).toMatchObject({ owners: {}, deadLetters: 0, stuck: [] });
});

async function write(store: PostgresEventStore, random: Random): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await store
      .transaction(async (tx) => {
        const stream = { category: 'order', id: String(random.integer(1, 20)) };
        const events = Array.from({ length: random.integer(1, 4) }, () => ({
          type: 'order.changed',
          data: null,
        }));
        await store.append(stream, events, { expectedVersion: 'any', tx });
        if (random.chance(0.2)) await sleep(random.integer(1, 60));
        if (random.chance(0.1)) throw new RollBack();
      })
      .catch((error: unknown) => {
        if (!(error instanceof RollBack)) throw error;
      });
    await sleep(random.integer(0, 20));
  }
}

class RollBack extends Error {}
