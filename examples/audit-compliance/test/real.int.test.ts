import { randomUUID } from 'node:crypto';
import { runScenario, type RunRecord } from '@firedrill/core/scenario';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { exampleOnStore } from '../src/real/example-on-store.ts';
import { openPostgresStore } from '../src/real/postgres-store.ts';
import { realTime } from '../src/real/real-time.ts';
import { shortDay } from '../src/real/short-day.ts';

const url = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

test('on a real server and a real clock the hardened platform keeps every rule, crashes included', async () => {
  const schema = `clinic_test_${randomUUID().slice(0, 8)}`;
  const store = await openPostgresStore(url, schema);
  const records: RunRecord[] = [];
  let events = 0;
  try {
    await runScenario(
      exampleOnStore(store, 20),
      {
        scenario: 'recovery',
        seed: 1,
        settings: shortDay({ requestsPerDay: 5_000 }),
        time: realTime,
        proof: 'none',
        replay: '',
        next: '',
      },
      (record) => records.push(record),
    );
    events = await countEvents(schema);
  } finally {
    await store.drop();
  }
  const hardened = records.filter((record) => 'phase' in record && record.phase === 'hardened');
  const checks = hardened.filter(({ type }) => type === 'check');
  expect(checks.length).toBeGreaterThan(10);
  expect(checks.filter((check) => 'ok' in check && !check.ok)).toEqual([]);
  const finished = hardened.find((record) => record.type === 'phase.finished');
  expect(finished?.summary['crashes']).toBeGreaterThanOrEqual(3);
  expect(finished?.summary['accesses']).toBeGreaterThan(100);
  // What the platform wrote stood on the server, and nowhere else.
  expect(events).toBeGreaterThan(finished?.summary['accesses'] ?? Infinity);
});

async function countEvents(schema: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${client.escapeIdentifier(schema)}.event`,
  );
  await client.end();
  return rows[0]?.count ?? 0;
}
