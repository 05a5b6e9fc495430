import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { describeEventStore } from '../testing/index.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import type { SqlTransaction } from '../sql/sql-database.ts';
import { createSqlEventStore } from '../sql/sql-event-store.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { openPgliteEventStore, type PgliteEventStoreOptions } from './pglite-event-store.ts';
import { templateFile } from './template.ts';
import { WorkerClient } from './worker-client.ts';

type Store = EventStore<SqlTransaction>;

let client: WorkerClient;
let schemas = 0;
const databases = new WeakMap<object, PgliteDatabase>();

// Starting takes a second: the tests share one database, and each has a schema of its own.
beforeAll(async () => {
  client = await WorkerClient.start({ dataDirectory: undefined, template: await templateFile() });
});
afterAll(() => client.close());

async function storeOn(
  database: PgliteDatabase,
  schema: string,
  { catalogue }: Partial<PgliteEventStoreOptions> = {},
): Promise<Store> {
  const bucketCount = await migrate(database, schema, { requested: undefined, initial: 64 });
  const store = createSqlEventStore({ database, bucketCount, catalogue, clock: 'database' });
  const kept = { ...store, close: () => Promise.resolve() };
  databases.set(kept, database);
  return kept;
}

describeEventStore('on PGlite', {
  hasConcurrentTransactions: false,
  open: (options) => {
    schemas += 1;
    const schema = `contract_${schemas}`;
    const database = new PgliteDatabase(client, schema, () => Promise.resolve());
    return storeOn(database, schema, options);
  },
  reopen: (store, options) => {
    const database = databases.get(store);
    if (database === undefined) throw new Error('not a store of this harness');
    return storeOn(database, `contract_${schemas}`, options);
  },
});

describe('the embedded event store', () => {
  test('refuses to wait for itself: a transaction that forgets its tx is an error', async () => {
    const store = await openPgliteEventStore();
    const stream = { category: 'order', id: 'a' };
    const event = { type: 'order.placed', data: {} };
    const transaction = store.transaction(() =>
      store.append(stream, [event], { expectedVersion: 'any' }),
    );
    await expect(transaction).rejects.toMatchObject({ code: 'TRANSACTION_REQUIRED' });
    await store.append(stream, [event], { expectedVersion: 'none' });
    await store.close();
    await expect(store.readAll()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  test('prepares its statements anew when somebody deallocated them', async () => {
    const database = new PgliteDatabase(client, 'deallocated', () => Promise.resolve());
    const store = await storeOn(database, 'deallocated');
    const stream = { category: 'order', id: 'a' };
    const event = { type: 'order.placed', data: {} };
    const append = (tx?: SqlTransaction) =>
      store.append(stream, [event], { expectedVersion: 'any', ...(tx ? { tx } : {}) });
    await append();

    await database.query('DEALLOCATE ALL');
    await append();
    await database.query('DEALLOCATE ALL');
    await expect(store.transaction(append)).rejects.toMatchObject({ code: '26000' });
    await store.transaction(append);

    expect(await store.readStream(stream)).toHaveLength(3);
  });
});

const gate = () => Promise.withResolvers<void>();
const openTurns = () => new PgliteDatabase(client, 'turns', () => Promise.resolve());

describe('the one connection of the embedded database', () => {
  test('is not taken by a transaction that has not asked for anything yet', async () => {
    const database = openTurns();
    const [first, second] = [gate(), gate()];
    const waiting = database.transaction(async (tx) => {
      first.resolve();
      await second.promise;
      return tx.query('SELECT 1 AS one');
    });
    await first.promise;
    expect(await database.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    expect(await database.transaction((tx) => tx.query('SELECT 3 AS three'))).toHaveLength(1);
    second.resolve();
    expect(await waiting).toEqual([{ one: 1 }]);
  });

  test('is kept from the first statement to the end', async () => {
    const database = openTurns();
    const seen: string[] = [];
    const [began, goOn] = [gate(), gate()];
    const first = database.transaction(async (tx) => {
      await tx.query('SELECT 1');
      began.resolve();
      await goOn.promise;
      seen.push('first');
    });
    await began.promise;
    const second = database.query('SELECT 2').then(() => seen.push('second'));
    goOn.resolve();
    await Promise.all([first, second]);
    expect(seen).toEqual(['first', 'second']);
  });

  test('is given back by a transaction that fails, whether it had it or not', async () => {
    const database = openTurns();
    const failure = new Error('no');
    const failing = database.transaction(() => Promise.reject(failure));
    await expect(failing).rejects.toBe(failure);
    const broken = database.transaction((tx) => tx.query('SELECT nothing'));
    await expect(broken).rejects.toMatchObject({ code: '42703' });
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('runs statements that nobody awaited before their transaction commits', async () => {
    const database = openTurns();
    await database.query('CREATE TABLE public.unawaited (one integer)');
    await database.transaction(async (tx) => {
      void tx.query('INSERT INTO public.unawaited VALUES (1)');
    });
    expect(await database.query('SELECT one FROM public.unawaited')).toEqual([{ one: 1 }]);
  });

  test('is closed behind transactions that were open, also those that had not begun', async () => {
    const store = await openPgliteEventStore();
    const [entered, goOn] = [gate(), gate()];
    const stream = { category: 'order', id: 'late' };
    const appending = store.transaction(async (tx) => {
      entered.resolve();
      await goOn.promise;
      const event = { type: 'order.placed', data: {} };
      return store.append(stream, [event], { expectedVersion: 'none', tx });
    });
    await entered.promise;
    const closing = store.close();
    goOn.resolve();
    expect(await appending).toMatchObject({ toVersion: 1 });
    await closing;
  });
});
