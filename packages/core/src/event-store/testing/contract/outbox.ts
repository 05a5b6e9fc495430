import { expect, test } from 'vitest';
import type { EventStore } from '../../event-store.ts';
import { LeaseLostError } from '../../errors.ts';
import { newEventId } from '../../event-id.ts';
import { type EventStoreHarness, withStore } from './harness.ts';

const leaseMs = 60_000;

/** The storage half of the outbox. */
export function outboxContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('messages wait in the lane of their key, in the order of enqueuing', async () => {
    await withStore(harness, async (store) => {
      await enqueue(store, ['a', 'b', 'a', 'c', 'a']);
      await enqueue(store, ['a']);

      const messages = await allPending(store);
      expect(messages.filter(({ key }) => key === 'a').map(({ payload }) => payload)).toEqual([
        0, 2, 4, 0,
      ]);
      expect(messages).toHaveLength(6);
      expect(messages[0]).toMatchObject({ topic: 'mail', headers: { trace: 't' }, attempts: 0 });
      expect(await store.outbox.status()).toMatchObject({ pending: 6, published: 0, dead: 0 });
    });
  });

  test('a lane is leased to one relay at a time, and what the loser writes is refused', async () => {
    await withStore(harness, async ({ outbox }) => {
      const mine = await outbox.acquire({ owner: 'one', leaseMs: 1, limit: outbox.laneCount });
      expect(mine).toHaveLength(outbox.laneCount);
      await until(() => Date.now() > (mine.at(-1)?.expiresAt.getTime() ?? 0));
      const theirs = await outbox.acquire({ owner: 'two', leaseMs, limit: outbox.laneCount });
      expect(theirs).toHaveLength(outbox.laneCount);
      expect(await outbox.acquire({ owner: 'one', leaseMs, limit: 1 })).toEqual([]);

      const [lost] = mine;
      if (lost === undefined) throw new Error('no lease');
      await expect(outbox.markPublished(lost, [newEventId()])).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      await expect(outbox.markFailed(lost, newEventId(), { error: 'x' })).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      await outbox.release(theirs);
      expect(await outbox.acquire({ owner: 'one', leaseMs, limit: 99 })).toHaveLength(16);
    });
  });

  test('what was published does not wait any more, and can be purged', async () => {
    await withStore(harness, async (store) => {
      await enqueue(store, ['a', 'a']);
      const [lease, messages] = await leaseOfKey(store, 'a');
      await store.outbox.markPublished(lease, [messages[0]?.messageId ?? '']);

      expect((await allPending(store)).map(({ payload }) => payload)).toEqual([1]);
      expect(await store.outbox.status()).toMatchObject({ pending: 1, published: 1 });
      expect(await store.outbox.purgePublished(new Date(Date.now() + 3_600_000))).toBe(1);
      expect(await store.outbox.status()).toMatchObject({ pending: 1, published: 0 });
    });
  });

  test('a message that is to be tried later holds its key back, and no other', async () => {
    await withStore(harness, async (store) => {
      const lane = await keysOfOneLane(store);
      const [one, two] = lane;
      await enqueue(store, [one, one, two]);
      const [lease, messages] = await leaseOfKey(store, one);
      await store.outbox.markFailed(lease, messages[0]?.messageId ?? '', {
        error: 'down',
        retryAt: new Date(Date.now() + 3_600_000),
      });

      expect((await store.outbox.pending(lease.lane, 10)).map(({ key }) => key)).toEqual([two]);
      await store.outbox.markFailed(lease, messages[0]?.messageId ?? '', {
        error: 'down',
        retryAt: new Date(0),
      });
      const due = await store.outbox.pending(lease.lane, 10);
      expect(due.map(({ key }) => key)).toEqual([one, one, two]);
      expect(due[0]?.attempts).toBe(2);
    });
  });

  test('a dead letter lets its key go on, and can be revived at its old place', async () => {
    await withStore(harness, async (store) => {
      await enqueue(store, ['a', 'a']);
      const [lease, messages] = await leaseOfKey(store, 'a');
      const messageId = messages[0]?.messageId ?? '';
      await store.outbox.markFailed(lease, messageId, { error: 'refused' });

      expect((await allPending(store)).map(({ payload }) => payload)).toEqual([1]);
      expect(await store.outbox.deadLetters()).toMatchObject([
        { messageId, error: 'refused', attempts: 1 },
      ]);
      expect(await store.outbox.revive(messageId)).toBe(true);
      expect(await store.outbox.revive(messageId)).toBe(false);
      expect((await allPending(store)).map(({ payload }) => payload)).toEqual([0, 1]);
    });
  });
}

function enqueue<Tx>(store: EventStore<Tx>, keys: readonly string[]): Promise<void> {
  return store.transaction((tx) =>
    store.outbox.enqueue(
      keys.map((key, payload) => ({ topic: 'mail', key, payload, headers: { trace: 't' } })),
      { tx },
    ),
  );
}

async function allPending<Tx>({ outbox }: EventStore<Tx>) {
  const lanes = Array.from({ length: outbox.laneCount }, (_, lane) => lane);
  return (await Promise.all(lanes.map((lane) => outbox.pending(lane, 100)))).flat();
}

/** The lease of the lane in which a key's messages wait, and all that waits there. */
async function leaseOfKey<Tx>({ outbox }: EventStore<Tx>, key: string) {
  const leases = await outbox.acquire({ owner: 'relay', leaseMs, limit: outbox.laneCount });
  for (const lease of leases) {
    const messages = await outbox.pending(lease.lane, 10);
    if (messages.some((message) => message.key === key)) return [lease, messages] as const;
  }
  throw new Error(`no message of ${key} waits`);
}

/** Two keys that share a lane: found by trying, as the hash is the adapter's own business. */
async function keysOfOneLane<Tx>(store: EventStore<Tx>): Promise<readonly [string, string]> {
  const keys = Array.from({ length: store.outbox.laneCount + 1 }, (_, index) => `key-${index}`);
  await enqueue(store, keys);
  const leases = await store.outbox.acquire({ owner: 'relay', leaseMs, limit: 99 });
  let found: readonly [string, string] | undefined;
  for (const lease of leases) {
    const messages = await store.outbox.pending(lease.lane, 100);
    const [one, two] = messages.map(({ key }) => key);
    if (one !== undefined && two !== undefined) found ??= [one, two];
    await store.outbox.markPublished(
      lease,
      messages.map(({ messageId }) => messageId),
    );
  }
  if (found === undefined) throw new Error('no two keys share a lane');
  return found;
}

/** Turns of the event loop until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
