import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../simulation/index.ts';
import { newEventId } from '../event-id.ts';
import { openPostgresEventStore, type PostgresEventStore } from '../postgres/index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from '../postgres/test-server.ts';

const WRITERS = 8;
const TRANSACTIONS = 120;
const schema = testSchema('horizon');
let store: PostgresEventStore;

beforeAll(async () => {
  await onTestServer((client) => client.query('SELECT 1'));
  store = await openPostgresEventStore({
    connectionString: testServerUrl,
    schema,
    maxConnections: WRITERS + 4,
  });
});
afterAll(async () => {
  await store.close();
  await dropSchema(schema);
});

// Eight writers with short and long transactions, of which a tenth is rolled back. Reading up to the
// horizon must see what was committed, once and in order; reading what is visible does not.
test('reading the global order skips nothing under concurrent writers, where a naive poller does', async () => {
  const committed = new Set<string>();
  let areWriting = true;
  const writing = Promise.all(
    Array.from({ length: WRITERS }, (_, writer) =>
      write(createRandom(writer, 'writer'), committed),
    ),
  ).finally(() => {
    areWriting = false;
  });
  const [safe, bucketed, naive] = await Promise.all([
    readSafely(() => areWriting),
    readByBuckets(() => areWriting),
    readNaively(() => areWriting),
    writing,
  ]);

  expect(safe).toHaveLength(new Set(safe).size);
  expect(new Set(safe)).toEqual(committed);
  expect(bucketed).toHaveLength(committed.size);
  expect(new Set(bucketed)).toEqual(committed);
  expect(naive.size).toBeLessThan(committed.size);
});

async function write(random: Random, committed: Set<string>): Promise<void> {
  for (let index = 0; index < TRANSACTIONS; index += 1) {
    const events = Array.from({ length: random.integer(1, 3) }, () => ({
      type: 'written',
      data: {},
      eventId: newEventId(),
    }));
    const isLong = random.chance(0.2);
    const isRolledBack = random.chance(0.1);
    const stream = { category: 'stress', id: String(random.integer(1, 50)) };
    try {
      await store.transaction(async (tx) => {
        if (random.chance(0.3)) await tx.query('SELECT txid_current()');
        await store.append(stream, events, { expectedVersion: 'any', tx });
        // Writers really overlap: a transaction that is open while others commit makes the gaps.
        if (isLong) await tx.query('SELECT pg_sleep($1)', [random.next() * 0.03]);
        if (isRolledBack) throw new RolledBack();
      });
      for (const { eventId } of events) committed.add(eventId);
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    }
  }
}

class RolledBack extends Error {}

async function readSafely(areWriting: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  let after = 0;
  for (;;) {
    const wasWriting = areWriting();
    const batch = await store.readAll({ after, limit: 50 });
    seen.push(...batch.events.map(({ eventId }) => eventId));
    const positions = batch.events.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    after = batch.scannedTo;
    if (!wasWriting && after >= (await store.positions()).head) return seen;
  }
}

async function readByBuckets(areWriting: () => boolean): Promise<string[]> {
  await store.projections.register({ projection: 'all', bucketCount: 4 });
  const read = async (bucket: number): Promise<string[]> => {
    const seen: string[] = [];
    const id = { projection: 'all', generation: 1, bucket };
    let after = 0;
    for (;;) {
      const wasWriting = areWriting();
      const batch = await store.projections.readBatch(id, { after, limit: 20 });
      seen.push(...batch.events.map(({ eventId }) => eventId));
      after = batch.scannedTo;
      if (!wasWriting && after >= (await store.positions()).head) return seen;
    }
  };
  return (await Promise.all([0, 1, 2, 3].map(read))).flat();
}

/** Goes on behind the highest position that it saw, as a checkpoint without a horizon does. */
function readNaively(areWriting: () => boolean): Promise<ReadonlySet<string>> {
  return onTestServer(async (client) => {
    const seen = new Set<string>();
    let after = '0';
    for (;;) {
      const wasWriting = areWriting();
      const { rows } = await client.query<{ readonly position: string; readonly event_id: string }>(
        `SELECT position, event_id FROM "${schema}".event WHERE position > $1 ORDER BY position LIMIT 50`,
        [after],
      );
      for (const row of rows) seen.add(row.event_id);
      after = rows.at(-1)?.position ?? after;
      if (!wasWriting && rows.length === 0) return seen;
    }
  });
}
