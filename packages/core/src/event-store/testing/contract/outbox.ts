import { expect, test } from '../../../peers/vitest.ts';
import type { EventStore } from '../../event-store.ts';
import { LeaseLostError } from '../../errors.ts';
import { InvalidMessageError, MessageIdReusedError } from '../../outbox/errors.ts';
import { newEventId } from '../../event-id.ts';
import { callUntyped, type EventStoreHarness, withStore } from './harness.ts';

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

  test('a lease is renewed as long as nobody has taken its lane over', async () => {
    await withStore(harness, async ({ outbox }) => {
      const mine = await outbox.acquire({ owner: 'one', leaseMs: 1, limit: 2 });
      const renewed = await outbox.renew(mine, leaseMs);
      expect(renewed.map(({ lane, epoch }) => [lane, epoch])).toEqual(
        mine.map(({ lane, epoch }) => [lane, epoch]),
      );
      expect(await outbox.acquire({ owner: 'two', leaseMs, limit: 99 })).toHaveLength(14);

      await outbox.release(mine);
      await outbox.acquire({ owner: 'two', leaseMs, limit: 99 });
      expect(await outbox.renew(mine, leaseMs)).toEqual([]);
    });
  });

  test('enqueuing the same message again does nothing, also once it is published', async () => {
    await withStore(harness, async (store) => {
      const message = { messageId: newEventId(), topic: 'mail', key: 'a', payload: { n: 1, m: 2 } };
      const again = { ...message, payload: { m: 2, n: 1 } };
      const put = (...messages: (typeof message)[]) =>
        store.transaction((tx) => store.outbox.enqueue(messages, { tx }));
      await put(message);
      await put(again);
      await store.transaction(async (tx) => {
        await store.outbox.enqueue([again], { tx });
        await store.outbox.enqueue([again], { tx });
      });
      expect(await store.outbox.status()).toMatchObject({ pending: 1 });
      const [lease] = await leaseOfKey(store, 'a');
      await store.outbox.markPublished(lease, [message.messageId]);
      await put(again);
      expect(await store.outbox.status()).toMatchObject({ pending: 0, published: 1 });
    });
  });

  test.each([
    { what: 'payload', change: { payload: { n: 2 } } },
    { what: 'topic', change: { topic: 'fax' } },
    { what: 'key', change: { key: 'b' } },
    { what: 'header', change: { headers: { trace: 'other' } } },
  ])(
    'a message id with another $what is a conflict, and nothing of it is enqueued',
    async (row) => {
      await withStore(harness, async (store) => {
        const message = { messageId: newEventId(), topic: 'mail', key: 'a', payload: { n: 1 } };
        const fresh = { topic: 'mail', key: 'c', payload: 'fresh' };
        await store.transaction((tx) => store.outbox.enqueue([message], { tx }));
        await store.transaction(async (tx) => {
          const reused = store.outbox.enqueue([fresh, { ...message, ...row.change }], { tx });
          await expect(reused).rejects.toBeInstanceOf(MessageIdReusedError);
          await expect(reused).rejects.toMatchObject({ messageIds: [message.messageId] });
          await store.outbox.enqueue([{ ...fresh, payload: 'after' }], { tx });
        });
        const payloads = (await allPending(store)).map(({ payload }) => payload);
        expect(payloads).toHaveLength(2);
        expect(payloads).toEqual(expect.arrayContaining([{ n: 1 }, 'after']));
      });
    },
  );

  test.each([
    { what: 'an empty topic', message: { topic: '' }, error: /topic/ },
    { what: 'a NUL in its key', message: { key: 'a\0' }, error: /key/ },
    { what: 'a key of 1,000 characters', message: { key: 'k'.repeat(1_000) }, error: /key/ },
    { what: 'no UUID as its id', message: { messageId: 'x' }, error: /messageId/ },
    { what: 'a list as headers', message: { headers: [] }, error: /headers/ },
    { what: 'no payload', message: { payload: undefined }, error: InvalidMessageError },
    { what: 'a NUL in a header', message: { headers: { a: '\0' } }, error: InvalidMessageError },
    { what: 'a Map in its payload', message: { payload: [new Map()] }, error: InvalidMessageError },
  ])('a message with $what is refused by name', async ({ message, error }) => {
    await withStore(harness, async (store) => {
      const whole = { topic: 't', key: 'k', payload: 1, ...message };
      await store.transaction(async (tx) => {
        const enqueued = callUntyped(store.outbox, 'enqueue', [whole], { tx });
        await expect(enqueued).rejects.toThrow(error);
      });
    });
  });

  test('what is asked of the outbox is checked alike', async () => {
    await withStore(harness, async ({ outbox }) => {
      await expect(outbox.revive('x')).rejects.toThrow(/messageId/);
      await expect(outbox.deadLetters(1.5)).rejects.toThrow(/limit/);
      await expect(outbox.pending(99, 1)).rejects.toThrow(/lane/);
      await expect(outbox.purgePublished({ olderThanMs: Number.NaN })).rejects.toThrow(
        /olderThanMs/,
      );
      await expect(outbox.acquire({ owner: '', leaseMs, limit: 1 })).rejects.toThrow(/owner/);
      await expect(outbox.acquire({ owner: 'a', leaseMs: 0, limit: 1 })).rejects.toThrow(/leaseMs/);
    });
  });

  test('whatever was thrown is stored as a text', async () => {
    await withStore(harness, async (store) => {
      await enqueue(store, ['a']);
      const [lease, messages] = await leaseOfKey(store, 'a');
      const error = 'said \0 and \uD800';
      await store.outbox.markFailed(lease, messages[0]?.messageId ?? '', { error });
      expect(await store.outbox.deadLetters()).toMatchObject([{ error: 'said \u2400 and \uFFFD' }]);
    });
  });

  test('what was published does not wait any more, and can be purged', async () => {
    await withStore(harness, async (store) => {
      await enqueue(store, ['a', 'a']);
      const [lease, messages] = await leaseOfKey(store, 'a');
      await store.outbox.markPublished(lease, [messages[0]?.messageId ?? '']);

      expect((await allPending(store)).map(({ payload }) => payload)).toEqual([1]);
      expect(await store.outbox.status()).toMatchObject({ pending: 1, published: 1 });
      expect(await store.outbox.purgePublished({ olderThanMs: 3_600_000 })).toBe(0);
      await until(async () => (await store.outbox.purgePublished({ olderThanMs: 0 })) === 1);
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
        retryAfterMs: 3_600_000,
      });

      expect((await store.outbox.pending(lease.lane, 10)).map(({ key }) => key)).toEqual([two]);
      await store.outbox.markFailed(lease, messages[0]?.messageId ?? '', {
        error: 'down',
        retryAfterMs: 0,
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
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
