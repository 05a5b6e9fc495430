import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlockDetectedError, StoreClosedError, TransactionEndedError } from '../errors.ts';
import type { SqlExecutor } from '../sql/sql-database.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { type ChannelPair, createChannelPair } from './channel-pair.ts';
import { ParentGoneError, RemoteSqlError } from './errors.ts';
import { openIpcEventStore } from './ipc-event-store.ts';
import { OneConnectionDatabase } from './one-connection-database.ts';
import { ParentDatabase } from './parent-database.ts';
import { type DatabaseServer, serveChildren } from './serve-children.ts';

interface Child extends ChannelPair {
  readonly database: ParentDatabase;
}

let parent = new OneConnectionDatabase();
let server: DatabaseServer;

beforeEach(() => {
  parent = new OneConnectionDatabase();
  server = serveChildren(parent, { bucketCount: 64 });
});

afterEach(async () => {
  await server.close();
});

function startChild(): Child {
  const channel = createChannelPair();
  server.serve(channel.parent);
  return { ...channel, database: new ParentDatabase(channel.child) };
}

const keep = (word: string, on: SqlExecutor) => on.query('keep', [word]);

async function words(on: SqlExecutor = parent): Promise<readonly unknown[]> {
  return (await on.query('list')).map(({ word }) => word);
}

test('a statement is run by the parent, and its rows come back', async () => {
  const { database } = startChild();
  await keep('a', database);
  expect(await database.run({ name: 'list', text: 'list' }, [])).toEqual([{ word: 'a' }]);
});

test('a transaction is committed when its work resolves, and its listeners hear of it', async () => {
  const { database } = startChild();
  const onCommitted = vi.fn<() => void>();
  const value = await database.transaction(async (session) => {
    session.onCommitted(onCommitted);
    await keep('a', session);
    expect(onCommitted).not.toHaveBeenCalled();
    return 7;
  });
  expect(value).toBe(7);
  expect(onCommitted).toHaveBeenCalledOnce();
  expect(await words()).toEqual(['a']);
});

test('a transaction is rolled back when its work rejects, and the rejection is handed on', async () => {
  const { database } = startChild();
  const work = database.transaction(async (session) => {
    await keep('a', session);
    throw new Error('changed my mind');
  });
  await expect(work).rejects.toThrow('changed my mind');
  expect(await words()).toEqual([]);
});

test('a transaction holds the database until it ends', async () => {
  const [one, two] = [startChild(), startChild()];
  const mayEnd = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const first = one.database.transaction(async (session) => {
    await keep('one', session);
    begun.resolve();
    await mayEnd.promise;
    await keep('still one', session);
  });
  await begun.promise;
  const second = keep('two', two.database);
  mayEnd.resolve();
  await Promise.all([first, second]);
  expect(await words()).toEqual(['one', 'still one', 'two']);
});

test('a child that ends within a transaction leaves nothing, and blocks nobody', async () => {
  const [dying, other] = [startChild(), startChild()];
  const hasWritten = Promise.withResolvers<void>();
  const cut = dying.database.transaction(async (session) => {
    await keep('lost', session);
    hasWritten.resolve();
    await new Promise(() => {});
  });
  await hasWritten.promise;
  const waiting = keep('kept', other.database);
  dying.cut();
  await waiting;
  expect(await words(other.database)).toEqual(['kept']);
  void cut.catch(() => {});
});

test('what a child that has ended waited for is never run', async () => {
  const [holder, dying] = [startChild(), startChild()];
  const mayEnd = Promise.withResolvers<void>();
  const hasBegun = Promise.withResolvers<void>();
  const held = holder.database.transaction(async () => {
    hasBegun.resolve();
    await mayEnd.promise;
  });
  await hasBegun.promise;
  const lost = keep('lost', dying.database);
  // Its request has arrived before it ends: messages of a channel keep their order.
  await dying.database.hello();
  dying.cut();
  await expect(lost).rejects.toBeInstanceOf(ParentGoneError);
  mayEnd.resolve();
  await held;
  expect(await words()).toEqual([]);
});

test('a child with many requests does not starve another', async () => {
  const [busy, modest] = [startChild(), startChild()];
  const mayEnd = Promise.withResolvers<void>();
  const hasBegun = Promise.withResolvers<void>();
  const held = busy.database.transaction(async () => {
    hasBegun.resolve();
    await mayEnd.promise;
  });
  await hasBegun.promise;
  const many = Array.from({ length: 50 }, (_, index) => keep(`busy ${index}`, busy.database));
  const single = keep('modest', modest.database);
  await Promise.all([busy.database.hello(), modest.database.hello()]);
  mayEnd.resolve();
  await Promise.all([held, ...many, single]);
  expect((await words()).indexOf('modest')).toBeLessThanOrEqual(1);
  expect(await words()).toHaveLength(51);
});

test('what the database raises crosses with its SQLSTATE, and the transaction can be rolled back', async () => {
  const { database } = startChild();
  const refused = database.transaction(async (session) => {
    await keep('a', session);
    await session.query('refuse');
  });
  await expect(refused).rejects.toMatchObject({ code: '23505', constraint: 'word_key' });
  await expect(refused).rejects.toBeInstanceOf(RemoteSqlError);
  expect(await words()).toEqual([]);
});

test('errors of the store keep their class', async () => {
  const { database } = startChild();
  vi.spyOn(parent, 'query').mockRejectedValueOnce(new DeadlockDetectedError());
  await expect(database.query('list')).rejects.toBeInstanceOf(DeadlockDetectedError);
});

test('dates, bytes and big integers arrive as they are', async () => {
  const { database } = startChild();
  const query = vi.spyOn(parent, 'query');
  const params = [new Date(0), new Uint8Array([1, 2]), 2n ** 60n, null];
  await database.query('keep', params);
  expect(query).toHaveBeenCalledExactlyOnceWith('keep', params);
});

test('a transaction that has ended is refused, here and there', async () => {
  const { database } = startChild();
  const kept = await database.transaction(async (session) => session);
  await expect(kept.query('list')).rejects.toBeInstanceOf(TransactionEndedError);
  expect(() => database.session(kept)).toThrow(TransactionEndedError);
  expect(() => database.session({ query: async () => [] })).toThrow(TypeError);
  await database.transaction(async (session) => {
    expect(database.session(session)).toBe(session);
    expect(() => startChild().database.session(session)).toThrow(TypeError);
  });
});

test('without a parent, and when it goes away, every request says so', async () => {
  const orphan = createChannelPair();
  orphan.cut();
  await expect(openIpcEventStore({ channel: orphan.child })).rejects.toBeInstanceOf(
    ParentGoneError,
  );
  const { database, cut } = startChild();
  const waiting = database.transaction(async () => {
    cut();
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  });
  await expect(waiting).rejects.toBeInstanceOf(ParentGoneError);
  await expect(database.query('list')).rejects.toBeInstanceOf(ParentGoneError);
});

test('a channel that does not carry dates is refused at once, with the remedy', async () => {
  const { child } = startChild();
  const json = Object.assign(createChannelPair().child, {
    send: (message: object) => child.send?.(JSON.parse(JSON.stringify(message))) ?? false,
    on: child.on.bind(child),
    off: child.off.bind(child),
  });
  await expect(openIpcEventStore({ channel: json })).rejects.toThrow(/serialization: 'advanced'/);
});

test('a store that was closed says so', async () => {
  const { database } = startChild();
  await database.close();
  await expect(database.query('list')).rejects.toBeInstanceOf(StoreClosedError);
});

test('a server that closes rolls back what is open', async () => {
  const { database } = startChild();
  const hasWritten = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const work = database.transaction(async (session) => {
    await keep('lost', session);
    hasWritten.resolve();
    await mayEnd.promise;
  });
  void work.catch(() => {});
  await hasWritten.promise;
  await server.close();
  expect(await words()).toEqual([]);
});

test('what a child does beside its own transaction is refused, as it would wait for itself', async () => {
  const { database } = startChild();
  await database.transaction(async (session) => {
    await keep('a', session);
    const refused = { code: 'TRANSACTION_REQUIRED' };
    await expect(database.query('list')).rejects.toMatchObject(refused);
    await expect(database.run({ name: 'list', text: 'list' }, [])).rejects.toMatchObject(refused);
    await expect(database.transaction(() => Promise.resolve())).rejects.toMatchObject(refused);
  });
  expect(await words(database)).toEqual(['a']);
});

test('a child is told that the database of its parent could not be reached, and what became of it', async () => {
  parent.query = () => Promise.reject(new StoreUnavailableError('it restarts', 'unknown'));
  const { database } = startChild();
  await expect(database.query('list')).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    outcome: 'unknown',
    message: expect.stringContaining('it restarts'),
  });
});
