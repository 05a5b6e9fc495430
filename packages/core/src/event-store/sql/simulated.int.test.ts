import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { type Simulation, simulate } from '../../simulation/index.ts';
import type { EventStore } from '../event-store.ts';
import { openPgliteEventStore } from '../pglite/pglite-event-store.ts';
import { openPostgresEventStore } from '../postgres/postgres-event-store.ts';
import { dropSchema, testSchema, testServerUrl } from '../postgres/test-server.ts';
import type { SqlTransaction } from './sql-database.ts';

const start = '2026-01-01T00:00:00Z';
const placed = [{ type: 'order.placed', data: {} }];
const any = { expectedVersion: 'any' } as const;

/** Each test has a seed of its own: the ids of events follow from it. */
function run<T>(seed: number, body: (sim: Simulation) => Promise<T>): Promise<T> {
  return simulate({ seed, start }, body).then(({ value }) => value);
}

const schema = testSchema('simulated');
afterAll(() => dropSchema(schema));

// The stores are open before the simulation begins, and have one connection each.
describe.each([
  { name: 'PGlite', open: () => openPgliteEventStore({ clock: 'process' }) },
  {
    name: 'PostgreSQL',
    open: () =>
      openPostgresEventStore({
        connectionString: testServerUrl,
        schema,
        maxConnections: 1,
        clock: 'process',
      }),
  },
])('a real store on $name under simulation', ({ open }) => {
  let store: EventStore<SqlTransaction>;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  const append = (id: string, tx?: SqlTransaction) =>
    store.append({ category: 'order', id }, placed, tx === undefined ? any : { ...any, tx });

  test('takes no virtual time for a query, and no timer fires meanwhile', async () => {
    await run(1, async (sim) => {
      const fired: number[] = [];
      for (const dueMs of [1, 2, 2]) setTimeout(() => fired.push(sim.elapsedMs()), dueMs);
      for (let count = 0; count < 20; count += 1) await append('a');
      await store.transaction(async (tx) => {
        await tx.query('SELECT 1');
        await append('a', tx);
      });
      await store.readAll();
      expect([sim.elapsedMs(), fired]).toEqual([0, []]);
      await sleep(5);
      expect(fired).toEqual([1, 2, 2]);
    });
  });

  test('two timers that are due at once both work at that instant, before the next', async () => {
    const log = await run(2, async (sim) => {
      const seen: string[] = [];
      const work = async (name: string): Promise<void> => {
        seen.push(`${name} begins at ${sim.elapsedMs()}`);
        await append(name);
        await store.transaction((tx) => append(name, tx));
        seen.push(`ends at ${sim.elapsedMs()}`);
      };
      const jobs: Promise<void>[] = [];
      for (const name of ['a', 'b']) setTimeout(() => jobs.push(work(name)), 10);
      setTimeout(() => jobs.push(work('c')), 10.001);
      await sleep(20);
      await Promise.all(jobs);
      return seen;
    });
    expect(log).toHaveLength(6);
    expect(log.slice(0, 4).toSorted()).toEqual([
      'a begins at 10',
      'b begins at 10',
      'ends at 10',
      'ends at 10',
    ]);
    expect(log.slice(4)).toEqual(['c begins at 10.001', 'ends at 10.001']);
  });

  test('a transaction that sleeps lets time go on, also for those who wait for its connection', async () => {
    await run(3, async (sim) => {
      const ended: number[] = [];
      const work = async (id: string): Promise<void> => {
        await store.transaction(async (tx) => {
          await append(id, tx);
          await sleep(10);
          await append(id, tx);
        });
        ended.push(sim.elapsedMs());
      };
      await Promise.all([work('x'), work('y'), append('z'), work('x')]);
      expect(ended).toEqual([10, 20, 30]);
    });
  });

  test('records the virtual time, and the same seed gives the same ids', async () => {
    const record = (id: string) =>
      run(4, async () => {
        await sleep(1_500);
        await append(id);
        const [event] = await store.readStream({ category: 'order', id });
        return { eventId: event?.eventId, at: event?.recordedAt.toISOString() };
      });
    const first = await record('seeded');
    expect(first.at).toBe('2026-01-01T00:00:01.500Z');
    // The id is known: the append is recognised as a repetition.
    expect(await record('seeded')).toEqual(first);
    expect(await store.readStream({ category: 'order', id: 'seeded' })).toHaveLength(1);
  });
});
