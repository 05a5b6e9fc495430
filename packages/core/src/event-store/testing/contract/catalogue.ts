import { expect, test } from '../../../peers/vitest.ts';
import { z } from 'zod';
import { defineEvents } from '../../catalogue/define-events.ts';
import { InvalidEventError, UpcastError } from '../../errors.ts';
import { type EventStoreHarness, order, withStore } from './harness.ts';

const first = defineEvents({ 'order.placed': { schema: z.object({ total: z.number() }) } });

const third = defineEvents({
  'order.placed': {
    schemaVersion: 3,
    schema: z.object({ cents: z.int(), currency: z.string() }),
    upcasts: {
      1: ({ total }: { total: number }) => ({ cents: Math.round(total * 100) }),
      2: ({ cents }: { cents: number }) => ({ cents, currency: 'EUR' }),
    },
  },
});

const any = { expectedVersion: 'any' } as const;

/** Validation and upcasting. */
export function catalogueContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('an event that does not match its schema is refused, naming where', async () => {
    await withStore(
      harness,
      async (store) => {
        const append = store.append(
          order('a'),
          [{ type: 'order.placed', data: { total: '1' } }],
          any,
        );
        await expect(append).rejects.toBeInstanceOf(InvalidEventError);
        await expect(append).rejects.toMatchObject({ issues: [{ path: 'total' }] });
        const unknown = store.append(order('a'), [{ type: 'order.lost', data: {} }], any);
        await expect(unknown).rejects.toBeInstanceOf(InvalidEventError);
        expect(await store.readStream(order('a'))).toEqual([]);
      },
      { catalogue: first },
    );
  });

  test('old versions are brought up to the newest wherever they are read', async () => {
    await withStore(
      harness,
      async (store) => {
        await store.append(order('a'), [{ type: 'order.placed', data: { total: 1.5 } }], any);
        const now = await harness.reopen(store, { catalogue: third });
        await now.append(
          order('a'),
          [{ type: 'order.placed', data: { cents: 7, currency: 'CHF' } }],
          any,
        );

        const expected = [
          { schemaVersion: 3, data: { cents: 150, currency: 'EUR' } },
          { schemaVersion: 3, data: { cents: 7, currency: 'CHF' } },
        ];
        expect(await now.readStream(order('a'))).toMatchObject(expected);
        expect((await now.readAll()).events).toMatchObject(expected);
        await now.close();
      },
      { catalogue: first },
    );
  });

  test('an event that the catalogue cannot read fails the read, naming the event', async () => {
    await withStore(
      harness,
      async (store) => {
        await store.append(
          order('a'),
          [{ type: 'order.placed', data: { cents: 7, currency: 'CHF' } }],
          any,
        );
        const old = await harness.reopen(store, { catalogue: first });
        await expect(old.readStream(order('a'))).rejects.toBeInstanceOf(UpcastError);
        await expect(old.readStream(order('a'))).rejects.toMatchObject({ schemaVersion: 3 });
        await old.close();
      },
      { catalogue: third },
    );
  });
}
