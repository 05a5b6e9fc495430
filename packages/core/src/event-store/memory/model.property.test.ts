import {
  assert,
  asyncProperty,
  array,
  constantFrom,
  nat,
  oneof,
  record,
  uniqueArray,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { ExpectedVersion } from '../event-store.ts';
import { EventIdReusedError, VersionConflictError } from '../errors.ts';
import { createMemoryEventStore } from './memory-event-store.ts';

interface ModelEvent {
  readonly eventId: string;
  readonly streamId: string;
  readonly streamVersion: number;
}

interface Append {
  readonly streamId: string;
  readonly ids: readonly number[];
  readonly expected: ExpectedVersion;
}

type Verdict = 'appended' | 'already-appended' | 'conflict' | 'reused';

const idOf = (number: number): string =>
  `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** What an append must do, said plainly; adds its events to the log. */
function modelAppend(log: ModelEvent[], { streamId, ids, expected }: Append): Verdict {
  const version = log.filter((event) => event.streamId === streamId).length;
  const known = ids.flatMap((id) => log.filter(({ eventId }) => eventId === idOf(id)));
  if (known.length === ids.length && known.every((event) => event.streamId === streamId)) {
    return 'already-appended';
  }
  const isExpected = expected === 'any' || version === (expected === 'none' ? 0 : expected);
  if (!isExpected) return 'conflict';
  if (known.length > 0) return 'reused';
  for (const [index, id] of ids.entries()) {
    log.push({ eventId: idOf(id), streamId, streamVersion: version + index + 1 });
  }
  return 'appended';
}

// Few ids, streams and versions, so that repetitions and conflicts are common.
const append = record({
  streamId: constantFrom('a', 'b', 'c'),
  ids: uniqueArray(nat(14), { minLength: 1, maxLength: 3 }),
  expected: oneof(constantFrom<ExpectedVersion>('any', 'any', 'none'), nat(5)),
});
const step = oneof(
  append.map((one) => ({ appends: [one], ends: 'alone' as const })),
  record({
    appends: array(append, { minLength: 1, maxLength: 3 }),
    ends: constantFrom('committed' as const, 'rolled back' as const),
  }),
);

test('any appends, alone and in transactions that commit or roll back, leave what the model says', async () => {
  const seen = new Set<Verdict>();
  await assert(
    asyncProperty(array(step, { maxLength: 15 }), async (steps) => {
      const store = createMemoryEventStore();
      type Tx = Parameters<Parameters<typeof store.transaction>[0]>[0];
      let log: ModelEvent[] = [];

      const run = async ({ streamId, ids, expected }: Append, tx?: Tx): Promise<Verdict> => {
        try {
          const { outcome } = await store.append(
            { category: 'order', id: streamId },
            ids.map((id) => ({ eventId: idOf(id), type: 'happened', data: {} })),
            { expectedVersion: expected, ...(tx === undefined ? {} : { tx }) },
          );
          return outcome;
        } catch (error) {
          if (error instanceof VersionConflictError) return 'conflict';
          if (error instanceof EventIdReusedError) return 'reused';
          throw error;
        }
      };

      for (const { appends, ends } of steps) {
        const draft = [...log];
        const verdicts = appends.map((one) => modelAppend(draft, one));
        for (const verdict of verdicts) seen.add(verdict);
        const work = async (tx?: Tx): Promise<void> => {
          for (const [index, one] of appends.entries()) {
            expect(await run(one, tx)).toBe(verdicts[index]);
          }
        };
        if (ends === 'alone') await work();
        else {
          const rollback = new Error('rolled back');
          const transaction = store.transaction(async (tx) => {
            await work(tx);
            if (ends === 'rolled back') throw rollback;
          });
          await transaction.catch((error: unknown) => {
            if (error !== rollback) throw error;
          });
        }
        if (ends !== 'rolled back') log = draft;
      }

      const { events } = await store.readAll({ limit: 1_000 });
      const plain = (list: readonly (typeof events)[number][]) =>
        list.map(({ eventId, stream, streamVersion }) => ({
          eventId,
          streamId: stream.id,
          streamVersion,
        }));
      expect(plain(events)).toEqual(log);
      const positions = events.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      for (const id of ['a', 'b', 'c']) {
        const stream = await store.readStream({ category: 'order', id });
        expect(plain(stream)).toEqual(log.filter(({ streamId }) => streamId === id));
      }
    }),
    { numRuns: 300 },
  );
  // A property that never met a refusal would say little.
  expect([...seen].toSorted()).toEqual(['already-appended', 'appended', 'conflict', 'reused']);
});
