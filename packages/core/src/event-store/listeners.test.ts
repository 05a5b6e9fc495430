import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryEventStore } from './index.ts';

const uncaught: unknown[] = [];
let others: NodeJS.UncaughtExceptionListener[] = [];
const note = (error: unknown): void => void uncaught.push(error);

beforeEach(() => {
  others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', note);
});
afterEach(() => {
  process.off('uncaughtException', note);
  for (const listener of others) process.on('uncaughtException', listener);
  uncaught.length = 0;
});

test('a listener that throws does not make an append fail that was committed', async () => {
  const store = createMemoryEventStore();
  const placed = [{ type: 'order.placed', data: null }];
  const stream = { category: 'order', id: 'a' };
  store.onAppended(() => {
    throw new Error('my own business');
  });
  let heard = 0;
  store.onAppended(() => {
    heard += 1;
  });
  await store.append(stream, placed, { expectedVersion: 'none' });
  await store.transaction(async (tx) => {
    tx.onCommit(() => {
      throw new Error('my own business');
    });
    await store.append(stream, placed, { expectedVersion: 1, tx });
  });
  expect(await store.readStream(stream)).toHaveLength(2);
  expect(heard).toBe(2);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(uncaught).toHaveLength(3);
});
