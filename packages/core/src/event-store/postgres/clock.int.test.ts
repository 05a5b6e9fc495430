import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createOutboxRelay, reportProjections } from '../index.ts';
import { openPostgresEventStore, type PostgresEventStore } from './index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from './test-server.ts';

const schema = testSchema('clocks');
const hourMs = 3_600_000;
let store: PostgresEventStore;

beforeAll(async () => {
  await onTestServer((client) => client.query('SELECT 1'));
  store = await openPostgresEventStore({ connectionString: testServerUrl, schema });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await store.close();
  await dropSchema(schema);
});

/** The clock of this process, and nothing else of its time, is wrong. */
function shiftClock(byMs: number): void {
  vi.useFakeTimers({ now: Date.now() + byMs, toFake: ['Date'] });
}

async function waitingMs(table: string, column: string): Promise<number> {
  const { rows } = await onTestServer((client) =>
    client.query(
      `SELECT (extract(epoch FROM max(${column}) - clock_timestamp()) * 1000)::float8 AS ms
       FROM "${schema}".${table}`,
    ),
  );
  return rows[0].ms;
}

test.each([-hourMs, hourMs])(
  'a relay whose clock is wrong by %d ms waits as long as it was told',
  async (byMs) => {
    await store.transaction((tx) =>
      store.outbox.enqueue([{ topic: 't', key: `k${byMs}`, payload: 1 }], { tx }),
    );
    shiftClock(byMs);
    let calls = 0;
    const relay = createOutboxRelay({
      store,
      retryDelayMs: () => 60_000,
      publish: () => {
        calls += 1;
        return Promise.reject(new Error('down'));
      },
    });
    for (let pass = 0; pass < 5; pass += 1) await relay.runOnce();
    expect(calls).toBe(1);
    const waiting = await waitingMs('outbox_message', 'retry_at');
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThanOrEqual(60_000);
    expect(await store.outbox.purgePublished({ olderThanMs: 1_000 })).toBe(0);
  },
);

test.each([-hourMs, hourMs])(
  'a runner whose clock is wrong by %d ms waits and reports by the clock of the database',
  async (byMs) => {
    const projection = `p${byMs}`;
    await store.append(
      { category: 'order', id: projection },
      [{ type: 'order.placed', data: {} }],
      { expectedVersion: 'any' },
    );
    await store.projections.register({ projection, bucketCount: 1 });
    shiftClock(byMs);
    const request = { projection, generation: 1, limit: 1, leaseMs: 60_000 };
    const [lease] = await store.projections.acquire({ ...request, owner: 'one' });
    const [event] = (await store.readAll({ after: 0 })).events;
    if (lease === undefined || event === undefined) throw new Error('nothing to do');
    const failure = { event, attempts: 1, error: 'x', retryAfterMs: 60_000 };
    await store.projections.recordFailure(lease, failure);
    const [report] = await reportProjections(store, [projection]);
    expect(report).toMatchObject({ owners: { one: 1 }, unowned: 0 });
    const retryInMs = report?.stuck[0]?.failure.retryInMs ?? 0;
    expect(retryInMs).toBeGreaterThan(0);
    expect(retryInMs).toBeLessThanOrEqual(60_000);
  },
);
