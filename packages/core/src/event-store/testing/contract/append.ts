import { expect, test } from '../../../peers/vitest.ts';
import { EventIdReusedError, InvalidEventError, VersionConflictError } from '../../errors.ts';
import { newEventId } from '../../event-id.ts';
import { callUntyped, type EventStoreHarness, numbered, order, withStore } from './harness.ts';

/** Appending: versions, conflicts, repetition, what is refused. */
export function appendContract<Tx>(harness: EventStoreHarness<Tx>): void {
  test('an append numbers the events of its stream from 1 without gaps', async () => {
    await withStore(harness, async (store) => {
      const first = await store.append(order('a'), numbered(2), { expectedVersion: 'none' });
      const second = await store.append(order('a'), numbered(3), { expectedVersion: 2 });

      expect(first).toMatchObject({ outcome: 'appended', fromVersion: 1, toVersion: 2 });
      expect(second).toMatchObject({ outcome: 'appended', fromVersion: 3, toVersion: 5 });
      const events = await store.readStream(order('a'));
      expect(events.map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3, 4, 5]);
      expect(second.position).toBe(events.at(-1)?.position);
    });
  });

  test('a recorded event carries everything it was appended with', async () => {
    await withStore(harness, async (store) => {
      const eventId = newEventId();
      const data = { text: 'Grüße "x" \\u0000 🚀', list: [1, null, { deep: true }], amount: 12.5 };
      const metadata = { correlationId: 'c-1', causationId: 'x-1', actor: 'dr-1' };
      await store.append(order('a'), [{ type: 'order.placed', data, eventId, metadata }], {
        expectedVersion: 'none',
        tenant: 'clinic-7',
      });

      const [event] = await store.readStream(order('a'));
      expect(event).toMatchObject({
        eventId,
        type: 'order.placed',
        data,
        metadata,
        stream: order('a'),
        streamVersion: 1,
        schemaVersion: 1,
        tenant: 'clinic-7',
      });
      expect(event?.recordedAt).toBeInstanceOf(Date);
      expect(event?.position).toBeGreaterThan(0);
      expect(event?.bucket).toBeLessThan(store.bucketCount);
    });
  });

  test.each([
    { expectedVersion: 'none' as const, actual: 2 },
    { expectedVersion: 1, actual: 2 },
    { expectedVersion: 3, actual: 2 },
    { expectedVersion: 0, actual: 2 },
  ])('an append that expects $expectedVersion of a stream at 2 is a conflict', async (row) => {
    await withStore(harness, async (store) => {
      await store.append(order('a'), numbered(2), { expectedVersion: 'any' });

      const error: unknown = await store
        .append(order('a'), numbered(1), { expectedVersion: row.expectedVersion })
        .catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(VersionConflictError);
      expect(error).toMatchObject({
        code: 'VERSION_CONFLICT',
        stream: order('a'),
        expectedVersion: row.expectedVersion,
        actualVersion: 2,
      });
      expect(await store.readStream(order('a'))).toHaveLength(2);
    });
  });

  test('a stream that does not exist is at version 0', async () => {
    await withStore(harness, async (store) => {
      await expect(
        store.append(order('a'), numbered(1), { expectedVersion: 4 }),
      ).rejects.toMatchObject({ actualVersion: 0 });
      await store.append(order('a'), numbered(1), { expectedVersion: 0 });
      expect(await store.readStream(order('a'))).toHaveLength(1);
    });
  });

  test('of appends at once that expect the same version, one succeeds', async () => {
    await withStore(harness, async (store) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () =>
          store.append(order('a'), numbered(2), { expectedVersion: 'none' }),
        ),
      );

      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refusals).toHaveLength(7);
      for (const { reason } of refusals) expect(reason).toBeInstanceOf(VersionConflictError);
      expect(await store.readStream(order('a'))).toHaveLength(2);
    });
  });

  test('appends at once that expect any version all succeed, each in one piece', async () => {
    await withStore(harness, async (store) => {
      await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store.append(order('a'), numbered(3, `kind-${index}`), { expectedVersion: 'any' }),
        ),
      );

      const events = await store.readStream(order('a'));
      expect(events.map(({ streamVersion }) => streamVersion)).toEqual(
        Array.from({ length: 24 }, (_, index) => index + 1),
      );
      for (let start = 0; start < 24; start += 3) {
        expect(new Set(events.slice(start, start + 3).map(({ type }) => type)).size).toBe(1);
      }
    });
  });

  test.each(['any', 'none', 0] as const)(
    'appending the same events again expecting %s does nothing and says so',
    async (expectedVersion) => {
      await withStore(harness, async (store) => {
        const events = numbered(2).map((event) => ({ ...event, eventId: newEventId() }));
        const first = await store.append(order('a'), events, { expectedVersion });
        await store.append(order('a'), numbered(1), { expectedVersion: 2 });

        const again = await store.append(order('a'), events, { expectedVersion });

        expect(again).toEqual({ ...first, outcome: 'already-appended' });
        expect(await store.readStream(order('a'))).toHaveLength(3);
        const next = await store.append(order('a'), numbered(1), { expectedVersion: 3 });
        expect(next.toVersion).toBe(4);
      });
    },
  );

  test('repeating an append in a transaction leaves the transaction usable', async () => {
    await withStore(harness, async (store) => {
      const events = numbered(2).map((event) => ({ ...event, eventId: newEventId() }));
      await store.append(order('a'), events, { expectedVersion: 'any' });

      await store.transaction(async (tx) => {
        const again = await store.append(order('a'), events, { expectedVersion: 'any', tx });
        expect(again.outcome).toBe('already-appended');
        await store.append(order('a'), numbered(1), { expectedVersion: 2, tx });
      });

      expect(await store.readStream(order('a'))).toHaveLength(3);
    });
  });

  test('an event id cannot be used in another stream, nor with new events beside it', async () => {
    await withStore(harness, async (store) => {
      const event = { type: 'order.placed', data: {}, eventId: newEventId() };
      await store.append(order('a'), [event], { expectedVersion: 'none' });

      const elsewhere = store.append(order('b'), [event], { expectedVersion: 'any' });
      await expect(elsewhere).rejects.toBeInstanceOf(EventIdReusedError);
      const mixed = store.append(order('a'), [event, ...numbered(1)], { expectedVersion: 'any' });
      await expect(mixed).rejects.toBeInstanceOf(EventIdReusedError);

      expect(await store.readStream(order('b'))).toEqual([]);
      expect(await store.readStream(order('a'))).toHaveLength(1);
      const next = await store.append(order('b'), numbered(1), { expectedVersion: 'none' });
      expect(next.toVersion).toBe(1);
    });
  });

  test.each([
    { what: 'type', change: { type: 'order.paid' } },
    { what: 'data', change: { data: { cents: 2, currency: 'EUR' } } },
    { what: 'metadata', change: { metadata: { actor: 'dr-2' } } },
    { what: 'tenant', change: {}, tenant: 'clinic-8' },
  ])('an event id with another $what is a conflict, whatever version is expected', async (row) => {
    await withStore(harness, async (store) => {
      const event = {
        type: 'order.placed',
        data: { cents: 1, currency: 'EUR' },
        metadata: { actor: 'dr-1' },
        eventId: newEventId(),
      };
      const tenant = 'clinic-7';
      await store.append(order('a'), [event], { expectedVersion: 'none', tenant });
      for (const expectedVersion of ['any', 'none', 0, 1, 2] as const) {
        const append = store.append(order('a'), [{ ...event, ...row.change }], {
          expectedVersion,
          tenant: row.tenant ?? tenant,
        });
        await expect(append).rejects.toBeInstanceOf(EventIdReusedError);
        await expect(append).rejects.toMatchObject({
          reason: 'changed',
          eventIds: [event.eventId],
        });
      }
      const reordered = { ...event, data: { currency: 'EUR', cents: 1 } };
      const again = await store.append(order('a'), [reordered], { expectedVersion: 'any', tenant });
      expect(again.outcome).toBe('already-appended');
      expect(await store.readStream(order('a'))).toHaveLength(1);
    });
  });

  test.each([
    { what: 'undefined', data: undefined },
    { what: 'a big integer', data: 1n },
    { what: 'a NUL', data: { text: 'a\0b' } },
    { what: 'a NUL in a key', data: { 'a\0b': 1 } },
    { what: 'a lone surrogate', data: { text: '\uD800' } },
    { what: 'a number that is none', data: { amount: Number.NaN } },
    { what: 'an infinite number', data: { amount: Infinity } },
    { what: 'an invalid date', data: { at: new Date(Number.NaN) } },
    { what: 'a Map', data: new Map([[1, 2]]) },
    { what: 'a typed array', data: { bytes: new Uint8Array(2) } },
    { what: 'a function', data: { call: () => 1 } },
    { what: 'a hole', data: { list: Array.from({ length: 2 }) } },
    { what: 'a circle', data: circle() },
    { what: '3,000 levels', data: nested(3_000) },
    { what: '100,000 levels', data: nested(100_000) },
  ])('a payload with $what is refused before anything is sent', async ({ data }) => {
    await withStore(harness, async (store) => {
      const append = store.append(order('a'), [{ type: 'order.placed', data }], {
        expectedVersion: 'any',
      });
      await expect(append).rejects.toBeInstanceOf(InvalidEventError);
      expect(await store.readStream(order('a'))).toEqual([]);
    });
  });

  test('what JSON can say is given back as it was', async () => {
    await withStore(harness, async (store) => {
      const data = {
        numbers: [1e308, 5e-324, 2 ** 53 + 2, 1e21, 0.1],
        texts: ['', 'Grüße 日本語 🎉', 'quote \'"; --', String.raw`\u0000`],
        empty: [{}, [], null, false],
        deep: nested(900),
        own: JSON.parse('{"__proto__":{"x":1},"constructor":{"y":2}}') as unknown,
      };
      await store.append(order('a'), [{ type: 'order.placed', data }], { expectedVersion: 'none' });
      const [event] = await store.readStream(order('a'));
      expect(event?.data).toEqual(data);
      const at = new Date(0);
      await store.append(order('b'), [{ type: 'order.placed', data: { at, left: undefined } }], {
        expectedVersion: 'none',
      });
      const [dated] = await store.readStream(order('b'));
      expect(dated?.data).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    });
  });

  test.each([
    { option: 'stream.id', stream: order('x'.repeat(601)) },
    { option: 'stream.id', stream: order('a\0') },
    { option: 'stream.category', stream: { category: '\uDC00', id: 'a' } },
    { option: 'stream.category', stream: { category: '日'.repeat(201), id: 'a' } },
    { option: 'tenant', tenant: 'a\0b' },
    { option: 'tenant', tenant: 5 },
    { option: 'tenant', tenant: '\uDC00' },
    { option: 'tenant', tenant: 'x'.repeat(601) },
    { option: 'type', type: '' },
    { option: 'type', type: 'a\0' },
    { option: 'type', type: 't'.repeat(100_000) },
    { option: 'expectedVersion', expectedVersion: -1 },
    { option: 'expectedVersion', expectedVersion: Number.NaN },
    { option: 'expectedVersion', expectedVersion: 2 ** 31 },
    { option: 'expectedVersion', expectedVersion: 2 ** 53 - 1 },
    { option: 'expectedVersion', expectedVersion: '5' },
    { option: 'expectedVersion', expectedVersion: undefined },
  ])('an append whose $option cannot be kept is refused by name', async (row) => {
    await withStore(harness, async (store) => {
      const { option, stream = order('a'), type = 'order.placed', ...options } = row;
      const events = [{ type, data: null }];
      const all = { expectedVersion: 'any', ...options };
      const append = callUntyped(store, 'append', stream, events, all);
      await expect(append).rejects.toBeInstanceOf(RangeError);
      await expect(append).rejects.toThrow(new RegExp(`^${option} must be`));
      expect((await store.positions()).head).toBe(0);
    });
  });

  test.each([{ metadata: 'text' }, { metadata: [1] }, { metadata: null }])(
    'metadata that is no object is refused: $metadata',
    async ({ metadata }) => {
      await withStore(harness, async (store) => {
        const event = { type: 'order.placed', data: null, metadata };
        const any = { expectedVersion: 'any' };
        const append = callUntyped(store, 'append', order('a'), [event], any);
        await expect(append).rejects.toBeInstanceOf(InvalidEventError);
      });
    },
  );

  test('names of 600 bytes are kept', async () => {
    await withStore(harness, async (store) => {
      const name = '日'.repeat(200);
      const stream = { category: name, id: name };
      await store.append(stream, [{ type: name, data: null }], {
        expectedVersion: 'none',
        tenant: name,
      });
      await store.snapshots.save(stream, name, { streamVersion: 1, schemaVersion: 1, state: 1 });
      expect(await store.readStream(stream)).toMatchObject([{ type: name, tenant: name }]);
    });
  });

  test('options out of range are refused by name', async () => {
    await withStore(harness, async (store) => {
      await expect(
        store.append(order(''), numbered(1), { expectedVersion: 'any' }),
      ).rejects.toThrow(/stream\.id/);
      await expect(store.append(order('a'), [], { expectedVersion: 'any' })).rejects.toThrow(
        /events/,
      );
      await expect(store.append(order('a'), numbered(1), { expectedVersion: -1 })).rejects.toThrow(
        /expectedVersion/,
      );
      await expect(store.readStream(order('a'), { from: 0 })).rejects.toThrow(/from/);
      await expect(store.readAll({ limit: 0 })).rejects.toThrow(/limit/);
    });
  });
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function circle(): object {
  const circular: { self?: object } = {};
  circular.self = circular;
  return circular;
}
