import { expect, test } from '../../../peers/vitest.ts';
import {
  BucketCountMismatchError,
  LeaseLostError,
  RebuildError,
  UnknownProjectionError,
} from '../../errors.ts';
import type { EventStore } from '../../event-store.ts';
import type { BucketLease } from '../../projection-storage.ts';
import { type EventStoreHarness, gate, numbered, order, withStore } from './harness.ts';

const projection = 'totals';
const first = { projection, generation: 1 };
const leaseMs = 60_000;

/** The storage half of projections. */
export function projectionContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('a projection is registered once, with its bucket count', async () => {
    await withStore(harness, async ({ projections }) => {
      const registered = await projections.register({ projection, bucketCount: 4 });
      expect(registered).toEqual({
        projection,
        bucketCount: 4,
        generations: [{ generation: 1, state: 'live' }],
      });
      expect(await projections.register({ projection, bucketCount: 4 })).toEqual(registered);
      await expect(projections.register({ projection, bucketCount: 8 })).rejects.toBeInstanceOf(
        BucketCountMismatchError,
      );
      await expect(projections.register({ projection: 'x', bucketCount: 5 })).rejects.toThrow(
        /bucketCount/,
      );
      await expect(projections.status('unknown')).rejects.toBeInstanceOf(UnknownProjectionError);
      expect(await projections.list()).toEqual([registered]);
      const buckets = await projections.buckets(projection, 1);
      expect(buckets.map(({ bucket, checkpoint }) => [bucket, checkpoint])).toEqual([
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ]);
    });
  });

  test('buckets are leased to one owner at a time, and go to another when they expire', async () => {
    await withStore(harness, async ({ projections }) => {
      await projections.register({ projection, bucketCount: 4 });
      const one = await projections.acquire({ ...first, owner: 'one', leaseMs, limit: 3 });
      const two = await projections.acquire({ ...first, owner: 'two', leaseMs, limit: 3 });
      expect([one.length, two.length]).toEqual([3, 1]);
      expect(new Set([...one, ...two].map(({ bucket }) => bucket)).size).toBe(4);
      expect(await projections.acquire({ ...first, owner: 'three', leaseMs, limit: 3 })).toEqual(
        [],
      );

      const short = await projections.renew(one, 1);
      expect(short).toHaveLength(3);
      await untilAfter(short[0]?.expiresAt);
      const three = await projections.acquire({ ...first, owner: 'three', leaseMs, limit: 9 });
      expect(three.map(({ epoch }) => epoch)).toEqual([2, 2, 2]);
      expect(await projections.renew([...one, ...two], leaseMs)).toHaveLength(1);
      await projections.release([...one, ...two]);
      const rest = await projections.acquire({ ...first, owner: 'four', leaseMs, limit: 9 });
      expect(rest.map(({ bucket }) => bucket)).toEqual(two.map(({ bucket }) => bucket));
    });
  });

  test('an owner can ask for certain buckets', async () => {
    await withStore(harness, async ({ projections }) => {
      await projections.register({ projection, bucketCount: 4 });
      const request = { ...first, owner: 'one', leaseMs, limit: 4, buckets: [1, 3] };
      const leases = await projections.acquire(request);
      expect(leases.map(({ bucket }) => bucket).toSorted((a, b) => a - b)).toEqual([1, 3]);
    });
  });

  test('the buckets of a projection have every event once, each stream in one of them', async () => {
    await withStore(harness, async (store) => {
      await store.projections.register({ projection, bucketCount: 4 });
      for (let index = 0; index < 30; index += 1) {
        await store.append(order(String(index % 15)), numbered(2), { expectedVersion: 'any' });
      }

      const byBucket = await Promise.all(
        [0, 1, 2, 3].map((bucket) => readBucket(store, bucket, 3)),
      );

      expect(byBucket.flat()).toHaveLength(60);
      const streams = byBucket.map((events) => new Set(events.map(({ stream }) => stream.id)));
      expect(streams.reduce((sum, { size }) => sum + size, 0)).toBe(15);
      for (const events of byBucket) {
        const positions = events.map(({ position }) => position);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }
    });
  });

  test('a bucket is read through a filter, and its read position moves on', async () => {
    await withStore(harness, async (store) => {
      await store.projections.register({ projection, bucketCount: 1 });
      await store.append(order('a'), numbered(9), { expectedVersion: 'any' });
      await store.append(order('a'), numbered(1, 'order.paid'), { expectedVersion: 'any' });
      const id = { ...first, bucket: 0 };
      const paid = await store.projections.readBatch(id, {
        after: 0,
        limit: 5,
        filter: { types: ['order.paid'] },
      });
      expect(paid.events).toHaveLength(1);
      expect(paid.scannedTo).toBe(paid.horizon);
      const none = await store.projections.readBatch(id, {
        after: 0,
        limit: 5,
        filter: { types: ['order.lost'] },
      });
      expect(none).toMatchObject({ events: [], scannedTo: paid.horizon });
    });
  });

  test('a checkpoint moves with the transaction that handled the events', async () => {
    await withStore(harness, async (store) => {
      const lease = await leaseOne(store, 'one');
      const { projections } = store;
      await expect(
        store.transaction(async (tx) => {
          await projections.moveCheckpoint(lease, 5, { tx });
          throw new Error('handler failed');
        }),
      ).rejects.toThrow('handler failed');
      expect((await projections.buckets(projection, 1))[0]?.checkpoint).toBe(0);

      await store.transaction((tx) => projections.moveCheckpoint(lease, 5, { tx }));
      expect((await projections.buckets(projection, 1))[0]?.checkpoint).toBe(5);
    });
  });

  test('who lost the lease cannot move the checkpoint, and loses what was written beside it', async () => {
    await withStore(harness, async (store) => {
      const old = await leaseOne(store, 'one', 1);
      await untilAfter(old.expiresAt);
      const [next] = await store.projections.acquire({ ...first, owner: 'two', leaseMs, limit: 1 });
      expect(next?.epoch).toBe(old.epoch + 1);

      const late = store.transaction(async (tx) => {
        await store.append(order('effect'), numbered(1), { expectedVersion: 'any', tx });
        await store.projections.moveCheckpoint(old, 5, { tx });
      });

      await expect(late).rejects.toBeInstanceOf(LeaseLostError);
      expect(await store.readStream(order('effect'))).toEqual([]);
      expect((await store.projections.buckets(projection, 1))[0]?.checkpoint).toBe(0);
    });
  });

  test.runIf(harness.hasConcurrentTransactions)(
    'a bucket is not taken over while a transaction moves its checkpoint',
    async () => {
      await withStore(harness, async (store) => {
        const lease = await leaseOne(store, 'one', 1);
        await untilAfter(lease.expiresAt);
        const moved = gate();
        const finish = gate();
        const handling = store.transaction(async (tx) => {
          await store.projections.moveCheckpoint(lease, 5, { tx });
          moved.open();
          await finish.opened;
        });
        await moved.opened;
        const request = { ...first, owner: 'two', leaseMs, limit: 1 };
        expect(await store.projections.acquire(request)).toEqual([]);
        finish.open();
        await handling;
        const [taken] = await store.projections.acquire(request);
        expect(taken?.checkpoint).toBe(5);
      });
    },
  );

  test('a failure is noted, survives a takeover, and is forgotten when the checkpoint moves', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      await store.append(order('a'), numbered(1), { expectedVersion: 'any' });
      const [event] = (await store.readAll()).events;
      if (event === undefined) throw new Error('no event');
      const lease = await leaseOne(store, 'one');
      const retryAfterMs = 3_600_000;
      const failure = { event, attempts: 2, error: 'Error: x', retryAfterMs };
      await projections.recordFailure(lease, failure);
      await projections.release([lease]);

      const [next] = await projections.acquire({ ...first, owner: 'two', leaseMs, limit: 1 });
      expect(next?.failure).toMatchObject({
        position: event.position,
        eventId: event.eventId,
        attempts: 2,
        error: 'Error: x',
      });
      const { failedAt, retryAt, retryInMs = 0 } = next?.failure ?? {};
      expect(Number(retryAt) - Number(failedAt)).toBe(retryAfterMs);
      expect(retryInMs).toBeGreaterThan(0);
      expect(retryInMs).toBeLessThanOrEqual(retryAfterMs);
      if (next === undefined) throw new Error('no lease');
      await store.transaction((tx) => projections.moveCheckpoint(next, event.position, { tx }));
      expect((await projections.status(projection)).buckets[0]?.failure).toBeUndefined();
      await expect(
        projections.recordFailure(lease, { event, attempts: 3, error: 'late' }),
      ).rejects.toBeInstanceOf(LeaseLostError);
    });
  });

  test('a bucket that stopped is leased to nobody until it is resumed', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      await store.append(order('a'), numbered(1), { expectedVersion: 'any' });
      const [event] = (await store.readAll()).events;
      if (event === undefined) throw new Error('no event');
      const lease = await leaseOne(store, 'one');
      await projections.recordFailure(lease, { event, attempts: 1, error: 'fatal' });

      expect((await projections.status(projection)).buckets[0]).toMatchObject({
        state: 'stopped',
        owner: undefined,
        failure: { error: 'fatal', retryAt: undefined },
      });
      const request = { ...first, owner: 'two', leaseMs, limit: 1 };
      expect(await projections.acquire(request)).toEqual([]);
      expect(await projections.resume(projection)).toBe(1);
      expect(await projections.acquire(request)).toMatchObject([{ failure: undefined }]);
    });
  });

  test('a dead letter is kept with its event, and removed when it was handled after all', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      await store.append(order('a'), numbered(2), { expectedVersion: 'any' });
      const [event] = (await store.readAll()).events;
      if (event === undefined) throw new Error('no event');
      const lease = await leaseOne(store, 'one');
      await store.transaction(async (tx) => {
        await projections.addDeadLetter(lease, { event, attempts: 3, error: 'Error: x' }, { tx });
        await projections.moveCheckpoint(lease, event.position, { tx });
      });

      expect(await projections.deadLetters(projection)).toMatchObject([
        { projection, generation: 1, bucket: 0, attempts: 3, error: 'Error: x', event },
      ]);
      expect((await projections.status(projection)).deadLetters).toBe(1);
      const resolve = () =>
        store.transaction((tx) =>
          projections.resolveDeadLetter(projection, event.position, { tx }),
        );
      expect(await resolve()).toBe(true);
      expect(await resolve()).toBe(false);
      expect(await projections.deadLetters(projection)).toEqual([]);
    });
  });

  test('a rebuild runs beside the live generation, and a swap retires that one', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      const old = await leaseOne(store, 'one');
      await store.transaction((tx) => projections.moveCheckpoint(old, 9, { tx }));
      const rebuild = await projections.startRebuild(projection);
      expect(rebuild).toEqual({ generation: 2, state: 'rebuilding' });
      await expect(projections.startRebuild(projection)).rejects.toBeInstanceOf(RebuildError);
      const request = { projection, generation: 2, owner: 'one', leaseMs, limit: 1 };
      const [lease] = await projections.acquire(request);
      if (lease === undefined) throw new Error('no lease');
      expect(lease.checkpoint).toBe(0);
      await expect(projections.swap(projection, { minCheckpoint: 9 })).rejects.toMatchObject({
        reason: 'behind',
      });

      await store.transaction((tx) => projections.moveCheckpoint(lease, 9, { tx }));
      expect(await projections.swap(projection, { minCheckpoint: 9 })).toEqual({
        generation: 2,
        state: 'live',
      });

      expect((await projections.status(projection)).generations).toEqual([
        { generation: 2, state: 'live' },
      ]);
      const late = store.transaction((tx) => projections.moveCheckpoint(old, 10, { tx }));
      await expect(late).rejects.toBeInstanceOf(LeaseLostError);
      await store.transaction((tx) => projections.moveCheckpoint(lease, 11, { tx }));
      await expect(projections.swap(projection, { minCheckpoint: 0 })).rejects.toMatchObject({
        reason: 'none',
      });
    });
  });

  test('a rebuild that is given up loses its leases, and another can begin', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      await projections.register({ projection, bucketCount: 1 });
      expect(await projections.abandonRebuild(projection)).toBe(false);
      await projections.startRebuild(projection);
      const request = { projection, generation: 2, owner: 'one', leaseMs, limit: 1 };
      const [lease] = await projections.acquire(request);
      if (lease === undefined) throw new Error('no lease');
      expect(await projections.abandonRebuild(projection)).toBe(true);

      const late = store.transaction((tx) => projections.moveCheckpoint(lease, 1, { tx }));
      await expect(late).rejects.toBeInstanceOf(LeaseLostError);
      expect(await projections.renew([lease], leaseMs)).toEqual([]);
      expect(await projections.startRebuild(projection)).toMatchObject({ generation: 3 });
    });
  });

  test('a swap in a transaction that is rolled back changes nothing', async () => {
    await withStore(harness, async (store) => {
      const { projections } = store;
      await projections.register({ projection, bucketCount: 1 });
      await projections.startRebuild(projection);
      const transaction = store.transaction(async (tx) => {
        await projections.swap(projection, { minCheckpoint: 0, tx });
        throw new Error('no');
      });
      await expect(transaction).rejects.toThrow('no');
      expect((await projections.status(projection)).generations).toEqual([
        { generation: 1, state: 'live' },
        { generation: 2, state: 'rebuilding' },
      ]);
    });
  });
}

async function leaseOne<Tx>(
  { projections }: EventStore<Tx>,
  owner: string,
  forMs = leaseMs,
): Promise<BucketLease> {
  await projections.register({ projection, bucketCount: 1 });
  const [lease] = await projections.acquire({ ...first, owner, leaseMs: forMs, limit: 1 });
  if (lease === undefined) throw new Error('the bucket is not free');
  return lease;
}

async function readBucket<Tx>(store: EventStore<Tx>, bucket: number, limit: number) {
  const events = [];
  let after = 0;
  for (;;) {
    const batch = await store.projections.readBatch({ ...first, bucket }, { after, limit });
    events.push(...batch.events);
    if (batch.scannedTo >= (await store.positions()).head) return events;
    after = batch.scannedTo;
  }
}

/** Waits for the clock to pass a time: a lease of 1 ms has then expired. */
async function untilAfter(time: Date | undefined): Promise<void> {
  while (Date.now() <= (time?.getTime() ?? 0) + 1) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
