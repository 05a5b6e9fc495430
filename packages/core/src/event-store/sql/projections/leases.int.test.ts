import { afterAll, expect, test } from 'vitest';
import { openPostgresEventStore } from '../../postgres/postgres-event-store.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from '../../postgres/test-server.ts';

const schema = testSchema('leases');
const clock = testSchema('clock');
afterAll(async () => {
  await dropSchema(schema);
  await dropSchema(clock);
});

test('a generation that is retired while its buckets are being acquired is leased to nobody', async () => {
  await onTestServer(async (client) => {
    // A comparison that waits stops the acquisition between its snapshot and its row locks.
    const [{ key }] = (await client.query('SELECT pg_backend_pid() AS key')).rows;
    await client.query(`CREATE SCHEMA ${clock}`);
    await client.query(`CREATE FUNCTION ${clock}.waits(text, text) RETURNS boolean
      LANGUAGE plpgsql VOLATILE AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(${key});
        RETURN $1 OPERATOR(pg_catalog.=) $2;
      END $$`);
    await client.query(`CREATE OPERATOR ${clock}.=
      (LEFTARG = text, RIGHTARG = text, FUNCTION = ${clock}.waits)`);
    const slowUrl = new URL(testServerUrl);
    slowUrl.searchParams.set('options', `-c search_path=${clock},pg_catalog`);
    const store = await openPostgresEventStore({ connectionString: testServerUrl, schema });
    const slow = await openPostgresEventStore({ connectionString: slowUrl.href, schema });
    try {
      const projection = 'orders';
      await store.projections.register({ projection, bucketCount: 1 });
      await store.projections.startRebuild(projection);
      const request = { projection, owner: 'one', leaseMs: 60_000, limit: 1 };

      await client.query('SELECT pg_advisory_lock($1)', [key]);
      const acquiring = slow.projections.acquire({ ...request, generation: 1 });
      const waiting = `SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND objid = $1::integer::oid AND NOT granted`;
      while ((await client.query(waiting, [key])).rowCount === 0);
      await store.projections.swap(projection, { minCheckpoint: 0 });
      await client.query('SELECT pg_advisory_unlock($1)', [key]);

      expect(await acquiring).toEqual([]);
      expect(await slow.projections.acquire({ ...request, generation: 2 })).toHaveLength(1);
    } finally {
      await slow.close();
      await store.close();
    }
  });
});
