import { expect, test } from '../../../peers/vitest.ts';
import { EventIdReusedError, TransactionEndedError } from '../../errors.ts';
import { newEventId } from '../../event-id.ts';
import type { RecordedEvent } from '../../event.ts';
import { type EventStoreHarness, gate, numbered, order, withStore } from './harness.ts';

/** Transactions, and what runs in them. */
export function transactionContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('a transaction commits its appends together and sees them before', async () => {
    await withStore(harness, async (store) => {
      const value = await store.transaction(async (tx) => {
        await store.append(order('a'), numbered(1), { expectedVersion: 'none', tx });
        await store.append(order('a'), numbered(1), { expectedVersion: 1, tx });
        await store.append(order('b'), numbered(1), { expectedVersion: 'none', tx });
        return (await store.readStream(order('a'), { tx })).length;
      });

      expect(value).toBe(2);
      expect(await store.readStream(order('a'))).toHaveLength(2);
      expect(await store.readStream(order('b'))).toHaveLength(1);
    });
  });

  test('a transaction whose work rejects leaves nothing, and hands the rejection on', async () => {
    await withStore(harness, async (store) => {
      const error = new Error('no');
      const transaction = store.transaction(async (tx) => {
        await store.append(order('a'), numbered(1), { expectedVersion: 'none', tx });
        await store.snapshots.save(
          order('a'),
          'total',
          { streamVersion: 1, schemaVersion: 1, state: 1 },
          { tx },
        );
        await store.outbox.enqueue([{ topic: 't', key: 'k', payload: 1 }], { tx });
        throw error;
      });

      await expect(transaction).rejects.toBe(error);
      expect(await store.readStream(order('a'))).toEqual([]);
      expect(await store.snapshots.load(order('a'), 'total')).toBeUndefined();
      expect((await store.outbox.status()).pending).toBe(0);
      await store.append(order('a'), numbered(1), { expectedVersion: 'none' });
    });
  });

  test('a conflict inside a transaction can be handled there', async () => {
    await withStore(harness, async (store) => {
      await store.append(order('a'), numbered(1), { expectedVersion: 'none' });
      await store.transaction(async (tx) => {
        await expect(
          store.append(order('a'), numbered(1), { expectedVersion: 'none', tx }),
        ).rejects.toMatchObject({ code: 'VERSION_CONFLICT', actualVersion: 1 });
        await store.append(order('a'), numbered(1), { expectedVersion: 1, tx });
      });
      expect(await store.readStream(order('a'))).toHaveLength(2);
    });
  });

  test('a reused event id inside a transaction can be handled there', async () => {
    await withStore(harness, async (store) => {
      const event = { type: 'order.placed', data: {}, eventId: newEventId() };
      await store.append(order('a'), [event], { expectedVersion: 'none' });

      await store.transaction(async (tx) => {
        await expect(
          store.append(order('b'), [...numbered(1), event], { expectedVersion: 'any', tx }),
        ).rejects.toBeInstanceOf(EventIdReusedError);
        await store.append(order('c'), numbered(1), { expectedVersion: 'none', tx });
      });

      expect(await store.readStream(order('b'))).toEqual([]);
      expect(await store.readStream(order('c'))).toHaveLength(1);
    });
  });

  test('a transaction that has ended is refused', async () => {
    await withStore(harness, async (store) => {
      const kept = await store.transaction((tx) => Promise.resolve(tx));
      await expect(
        store.append(order('a'), numbered(1), { expectedVersion: 'any', tx: kept }),
      ).rejects.toBeInstanceOf(TransactionEndedError);
    });
  });

  test.runIf(harness.hasConcurrentTransactions)(
    'an append to a stream waits for the transaction that wrote to it, and then conflicts',
    async () => {
      await withStore(harness, async (store) => {
        const appended = gate();
        const finish = gate();
        const first = store.transaction(async (tx) => {
          await store.append(order('a'), numbered(1), { expectedVersion: 'none', tx });
          appended.open();
          await finish.opened;
        });
        await appended.opened;
        const second = store.append(order('a'), numbered(1), { expectedVersion: 'none' });
        const outcome = second.then(
          () => 'appended',
          (error: { readonly code: string }) => error.code,
        );
        finish.open();
        await first;

        expect(await outcome).toBe('VERSION_CONFLICT');
        expect(await store.readStream(order('a'))).toHaveLength(1);
      });
    },
  );

  test.runIf(harness.hasConcurrentTransactions)(
    'of two transactions that wait for each other, one gives way',
    async () => {
      await withStore(harness, async (store) => {
        const gates = [gate(), gate()];
        const write = async (mine: number, theirs: number) =>
          store.transaction(async (tx) => {
            await store.append(order(String(mine)), numbered(1), { expectedVersion: 'any', tx });
            gates[mine]?.open();
            await gates[theirs]?.opened;
            await store.append(order(String(theirs)), numbered(1), { expectedVersion: 'any', tx });
          });

        const outcomes = await Promise.allSettled([write(0, 1), write(1, 0)]);

        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused).toHaveLength(1);
        expect(refused[0]?.reason).toMatchObject({ code: 'DEADLOCK_DETECTED' });
        expect(await store.readStream(order('0'))).toHaveLength(1);
        expect(await store.readStream(order('1'))).toHaveLength(1);
      });
    },
  );

  test('an inline projection runs in the append, and its failure undoes the append', async () => {
    await withStore(harness, async (store) => {
      const seen: RecordedEvent[] = [];
      const remove = store.addInlineProjection({
        name: 'totals',
        filter: { types: ['order.placed', 'order.refused'] },
        handle: async (events, tx) => {
          seen.push(...events);
          if (events.some(({ type }) => type === 'order.refused')) throw new Error('refused');
          await store.outbox.enqueue([{ topic: 'seen', key: 'k', payload: events.length }], { tx });
        },
      });
      await store.append(order('a'), [...numbered(2), ...numbered(1, 'order.paid')], {
        expectedVersion: 'none',
      });
      const refused = store.append(order('a'), numbered(1, 'order.refused'), {
        expectedVersion: 3,
      });
      await expect(refused).rejects.toThrow('refused');

      expect(seen.slice(0, 2)).toEqual((await store.readStream(order('a'))).slice(0, 2));
      expect(await store.readStream(order('a'))).toHaveLength(3);
      expect((await store.outbox.status()).pending).toBe(1);
      remove();
      await store.append(order('a'), numbered(1, 'order.refused'), { expectedVersion: 3 });
    });
  });

  test('listeners hear of commits, and not of what was rolled back', async () => {
    await withStore(harness, async (store) => {
      let commits = 0;
      const remove = store.onAppended(() => {
        commits += 1;
      });
      await store.append(order('a'), numbered(3), { expectedVersion: 'any' });
      expect(commits).toBe(1);
      await store
        .transaction(async (tx) => {
          await store.append(order('a'), numbered(1), { expectedVersion: 'any', tx });
          throw new Error('no');
        })
        .catch(() => undefined);
      expect(commits).toBe(1);
      await store.transaction((tx) =>
        store.append(order('a'), numbered(1), { expectedVersion: 'any', tx }),
      );
      expect(commits).toBe(2);
      remove();
      await store.append(order('a'), numbered(1), { expectedVersion: 'any' });
      expect(commits).toBe(2);
    });
  });
}
