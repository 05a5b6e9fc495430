import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { simulate } from '../../simulation/index.ts';
import { MemoryDatabase } from '../memory/database.ts';
import { createMemoryEventStore, type MemoryEventStore } from '../memory/memory-event-store.ts';
import { createOutboxRelay } from './relay.ts';

const start = '2026-01-01T00:00:00Z';

function enqueue(store: MemoryEventStore, ...keys: readonly string[]): Promise<void> {
  return store.transaction((tx) =>
    store.outbox.enqueue(
      keys.map((key, payload) => ({ topic: 't', key, payload })),
      { tx },
    ),
  );
}

function refuse(): Promise<void> {
  return Promise.reject(new Error('down'));
}

test('messages go out in the order of their key, and once while nothing fails', async () => {
  const store = createMemoryEventStore();
  const sent: string[] = [];
  const relay = createOutboxRelay({
    store,
    publish: async ({ key, payload }) => {
      sent.push(`${key}${String(payload)}`);
    },
  });
  await enqueue(store, 'a', 'b', 'a', 'b', 'a');

  expect(await relay.runOnce()).toEqual({ published: 5, failed: 0, dead: 0, lost: 0 });
  expect(await relay.runOnce()).toEqual({ published: 0, failed: 0, dead: 0, lost: 0 });
  expect(sent.filter((text) => text.startsWith('a'))).toEqual(['a0', 'a2', 'a4']);
  expect(sent.filter((text) => text.startsWith('b'))).toEqual(['b1', 'b3']);
});

test('a message that fails holds its key back until its time, and is given up in the end', async () => {
  await simulate({ seed: 1, start }, async () => {
    const store = createMemoryEventStore();
    const sent: unknown[] = [];
    const relay = createOutboxRelay({
      store,
      maxAttempts: 2,
      retryDelayMs: () => 1_000,
      publish: async ({ payload }) => {
        if (payload === 0) throw new Error('refused');
        sent.push(payload);
      },
    });
    await enqueue(store, 'a', 'a');

    expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 0, lost: 0 });
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 0, dead: 0, lost: 0 });
    await sleep(1_000);
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 1, lost: 0 });
    expect(await relay.runOnce()).toEqual({ published: 1, failed: 0, dead: 0, lost: 0 });
    expect(sent).toEqual([1]);
    expect(await store.outbox.deadLetters()).toMatchObject([
      { payload: 0, error: expect.stringContaining('refused') },
    ]);
  });
});

test('a relay that is called while it is at work does not overlap itself, and looks once more', async () => {
  await simulate({ seed: 1, start }, async () => {
    const store = createMemoryEventStore();
    const sent: unknown[] = [];
    const relay = createOutboxRelay({
      store,
      publish: async ({ payload }) => {
        sent.push(payload);
        await sleep(1_000);
      },
    });
    await enqueue(store, 'a', 'a', 'a');
    const first = relay.runOnce();
    await sleep(500);
    const calls = [relay.runOnce(), relay.runOnce()];
    await enqueue(store, 'b');

    expect(await first).toMatchObject({ published: 3 });
    expect(await Promise.all(calls)).toMatchObject([{ published: 1 }, { published: 1 }]);
    expect(sent).toEqual([0, 1, 2, 0]);
  });
});

test('a receiver slower than a lease loses no lane, as leases are renewed', async () => {
  await simulate({ seed: 1, start }, async () => {
    const database = new MemoryDatabase();
    const sent: unknown[] = [];
    const relays = ['one', 'two'].map((owner) =>
      createOutboxRelay({
        store: createMemoryEventStore({ database }),
        owner,
        leaseMs: 300,
        publish: async ({ payload }) => {
          sent.push(payload);
          await sleep(200);
        },
      }),
    );
    await enqueue(createMemoryEventStore({ database }), ...Array<string>(20).fill('a'));
    const passes = [];
    for (let round = 0; round < 3; round += 1) {
      passes.push(...(await Promise.all(relays.map((relay) => relay.runOnce()))));
    }
    expect(sent).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(passes.map(({ published }) => published).toSorted((a, b) => b - a)[0]).toBe(20);
    expect(passes.every(({ lost }) => lost === 0)).toBe(true);
  });
});

test('a relay that loses its lanes leaves off, tells its receiver and says how much goes out again', async () => {
  await simulate({ seed: 1, start }, async () => {
    const store = createMemoryEventStore();
    const { outbox } = store;
    const reasons: unknown[] = [];
    const sent: unknown[] = [];
    const relay = createOutboxRelay({
      store,
      leaseMs: 300,
      publish: async ({ payload }, { signal }) => {
        sent.push(payload);
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        if (payload === 1) {
          // As after a pause of the process that was longer than its lease.
          for (const lane of store.database.outbox.lanes) lane.epoch += 1;
        }
        await sleep(500);
      },
    });
    await enqueue(store, 'a', 'a', 'a');
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 0, dead: 0, lost: 2 });
    expect(sent).toEqual([0, 1]);
    expect(reasons).toMatchObject([{ code: 'LEASE_LOST' }]);
    expect(await outbox.status()).toMatchObject({ pending: 3 });
  });
});

test('after a pass the lanes are free for other relays', async () => {
  const store = createMemoryEventStore();
  await createOutboxRelay({ store, publish: async () => {} }).runOnce();
  const leases = await store.outbox.acquire({ owner: 'other', leaseMs: 1_000, limit: 99 });
  expect(leases).toHaveLength(16);
});

test('publishing that takes too long has failed, and is told so', async () => {
  await simulate({ seed: 1, start }, async () => {
    const store = createMemoryEventStore();
    const relay = createOutboxRelay({
      store,
      publishTimeoutMs: 1_000,
      maxAttempts: 1,
      publish: () => new Promise(() => {}),
    });
    await enqueue(store, 'a');
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 1, lost: 0 });
    const [letter] = await store.outbox.deadLetters();
    expect(letter?.error).toContain('it took longer than 1000 ms, and may have been received');
  });
});

test.each([
  { what: 'undefined', thrown: undefined, text: 'undefined' },
  { what: 'an object without a text', thrown: Object.create(null), text: 'has no text' },
  { what: 'a NUL', thrown: new Error('a\0b'), text: 'a\u2400b' },
  { what: 'half a character', thrown: new Error('a\uD800'), text: 'a\uFFFD' },
])('a receiver that throws $what costs an attempt like any other', async ({ thrown, text }) => {
  const store = createMemoryEventStore();
  const publish = (): Promise<void> => Promise.reject(thrown);
  const relay = createOutboxRelay({ store, maxAttempts: 1, publish });
  await enqueue(store, 'a');
  expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 1, lost: 0 });
  const [letter] = await store.outbox.deadLetters();
  expect(letter?.error).toContain(text);
});

test.each([
  { what: 'gives no number', retryDelayMs: () => Number.NaN, error: 'got NaN after 1 attempts' },
  { what: 'gives less than 0', retryDelayMs: () => -1, error: 'got -1 after 1 attempts' },
  {
    what: 'throws',
    retryDelayMs: () => {
      throw new Error('oops');
    },
    error: /must not throw.*oops/,
  },
])(
  'a retryDelayMs that $what is refused, and the attempt counts',
  async ({ retryDelayMs, error }) => {
    const store = createMemoryEventStore();
    const relay = createOutboxRelay({ store, retryDelayMs, publish: refuse });
    await enqueue(store, 'a');
    await expect(relay.runOnce()).rejects.toThrow(error);
    expect(await relay.runOnce()).toMatchObject({ failed: 0 });
    expect(await store.outbox.status()).toMatchObject({ pending: 1, dead: 0 });
  },
);
