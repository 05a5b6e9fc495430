import { expect, test } from 'vitest';
import { simulate } from '../../simulation/index.ts';
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

  expect(await relay.runOnce()).toEqual({ published: 5, failed: 0, dead: 0 });
  expect(await relay.runOnce()).toEqual({ published: 0, failed: 0, dead: 0 });
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

    expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 0 });
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 0, dead: 0 });
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000);
    });
    expect(await relay.runOnce()).toEqual({ published: 0, failed: 1, dead: 1 });
    expect(await relay.runOnce()).toEqual({ published: 1, failed: 0, dead: 0 });
    expect(sent).toEqual([1]);
    expect(await store.outbox.deadLetters()).toMatchObject([{ payload: 0, error: 'refused' }]);
  });
});
