import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { simulate } from '../../simulation/index.ts';
import { MemoryDatabase } from './database.ts';
import { createMemoryEventStore } from './memory-event-store.ts';

const start = '2026-01-01T00:00:00Z';
const stream = { category: 'order', id: 'a' };
const placed = [{ type: 'order.placed', data: {} }];

async function recorded(seed: number): Promise<string> {
  const { value } = await simulate({ seed, start }, async () => {
    const store = createMemoryEventStore({ latency: { p50Ms: 5, p99Ms: 50 } });
    await store.append(stream, [...placed, ...placed], { expectedVersion: 'none' });
    return JSON.stringify(await store.readStream(stream));
  });
  return value;
}

test('a round trip costs its latency in virtual time', async () => {
  const { virtualMs } = await simulate({ seed: 1, start }, async () => {
    const store = createMemoryEventStore({ latency: { fixedMs: 7 } });
    await store.append(stream, placed, { expectedVersion: 'none' });
    const [event] = await store.readStream(stream);
    expect(event?.recordedAt.toISOString()).toBe('2026-01-01T00:00:00.004Z');
  });
  expect(virtualMs).toBe(14);
});

test('the same seed gives the same ids and times', async () => {
  expect(await recorded(1)).toBe(await recorded(1));
  expect(await recorded(1)).not.toBe(await recorded(2));
});

test('a killed process leaves what it committed, and none of what it had open', async () => {
  await simulate({ seed: 1, start }, async () => {
    const database = new MemoryDatabase();
    const doomed = createMemoryEventStore({ database, latency: { fixedMs: 10 } });
    let isSettled = false;
    void doomed.append(stream, placed, { expectedVersion: 'none' }).finally(() => {
      isSettled = true;
    });
    void doomed.transaction(async (tx) => {
      await doomed.append({ ...stream, id: 'b' }, placed, { expectedVersion: 'none', tx });
      await sleep(1_000);
    });
    // The first append is committed at 5 ms, and its answer would arrive at 10 ms.
    await sleep(7);
    doomed.kill();

    const store = createMemoryEventStore({ database });
    await store.append({ ...stream, id: 'b' }, placed, { expectedVersion: 'none' });
    await sleep(2_000);
    expect(isSettled).toBe(false);
    expect(await store.readStream(stream)).toHaveLength(1);
    expect((await store.readAll()).events).toHaveLength(2);
  });
});
