import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../src/domain.ts';
import type { ClinicStore } from '../src/implementations/hardened/events.ts';
import { createExaminer } from '../src/implementations/hardened/examiner.ts';
import { writeEntry } from '../src/implementations/hardened/journal.ts';
import { alone, waiting } from './alone.ts';

const minute = 60_000;
const windowMs = 10 * minute;

/** Somebody looks at a patient, so long after the one before. */
interface Look {
  readonly staffId: string;
  readonly patientId: string;
  readonly afterMinutes: number;
  readonly what: 'treats' | 'bills' | 'is refused';
}

/** What happens before the log is looked through for the next time. */
type Between = 'nothing' | 'a crash' | 'the store is away' | 'an answer is lost';

const looks = fc.record<Look>({
  staffId: fc.constantFrom('ann', 'ben', 'cleo'),
  patientId: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'near-ann'),
  afterMinutes: fc.constantFrom(0, 0, 1, 4, 11),
  what: fc.constantFrom('treats', 'treats', 'treats', 'bills', 'is refused'),
});
const betweens = fc.constantFrom<Between>(
  'nothing',
  'nothing',
  'a crash',
  'the store is away',
  'an answer is lost',
);

const knowledge = {
  treats: (staffId: string, patientId: string) => staffId === 'ben' && patientId === 'p1',
  isNear: (staffId: string, patientId: string) => patientId === `near-${staffId}`,
};

const entryOf = ({ staffId, patientId, what }: Look, number: number): Entry => ({
  entryId: `request-${number}`,
  kind: 'read',
  staffId,
  patientId,
  purpose: what === 'bills' ? 'billing' : 'treatment',
  decision: what === 'is refused' ? 'care-team' : 'granted',
});

/** Of neighbours each look is told, and of others when many meet: (1 + p)(1 + r) above 2 to the power of 2.5. */
function suspicious(all: readonly { readonly entry: Entry; readonly atMs: number }[]): string[] {
  const counted = all.filter(
    ({ entry: { staffId, patientId, purpose, decision } }) =>
      purpose === 'treatment' && decision === 'granted' && !knowledge.treats(staffId, patientId),
  );
  return counted.flatMap(({ entry: { entryId, staffId, patientId }, atMs }, place) => {
    const lately = counted.slice(0, place).filter((each) => each.atMs > atMs - windowMs);
    const patients = new Set(
      lately.flatMap(({ entry }) => (entry.staffId === staffId ? entry.patientId : [])),
    );
    const readers = new Set(
      lately.flatMap(({ entry }) => (entry.patientId === patientId ? entry.staffId : [])),
    );
    const together = patients.add(patientId).size * readers.add(staffId).size;
    const isTold = knowledge.isNear(staffId, patientId) || together > 2 ** 2.5;
    return isTold ? `alert-${entryId} ${staffId}` : [];
  });
}

/** The store, of which the next transaction goes wrong. */
function goingWrong(store: ClinicStore) {
  let next: Between = 'nothing';
  return {
    expect(what: Between) {
      next = what;
    },
    store: {
      ...store,
      async transaction(work) {
        const how = next;
        next = 'nothing';
        if (how === 'the store is away') throw new Error('the store is away');
        const value = await store.transaction(work);
        if (how === 'an answer is lost') throw new Error('the answer is lost');
        return value;
      },
    } satisfies ClinicStore,
  };
}

const alertsOf = async (store: ClinicStore) =>
  (await waiting(store)).map(({ topic, payload }) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is told to an officer
    const { messageId } = payload as { readonly messageId: string };
    return topic === 'alert' ? messageId : topic;
  });

describe('whoever goes through the log', () => {
  test('tells of each look that is suspicious once, and of no other, whatever happens meanwhile', async () => {
    const ran = fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(looks, betweens), { minLength: 6, maxLength: 24 }),
        (steps) =>
          alone({}, async ({ outside: { store } }, { sleep, context }) => {
            const wrong = goingWrong(store);
            let examiner = createExaminer(wrong.store, knowledge);
            const all: { readonly entry: Entry; readonly atMs: number }[] = [];
            for (const [number, [look, between]] of steps.entries()) {
              await sleep(minute * look.afterMinutes + 10);
              const entry = entryOf(look, number);
              all.push({ entry, atMs: context.elapsedMs() });
              await writeEntry(store, entry);
              if (between === 'nothing') continue;
              wrong.expect(between);
              if (between === 'a crash') {
                examiner.stop();
                examiner = createExaminer(wrong.store, knowledge);
              } else {
                await examiner.examine().catch(() => {});
              }
              wrong.expect('nothing');
            }
            await examiner.examine();
            examiner.stop();
            expect((await alertsOf(store)).toSorted()).toEqual(suspicious(all).toSorted());
          }),
      ),
      { numRuns: 15 },
    );
    await expect(ran).resolves.toBeUndefined();
  });

  test('goes on after a crash with all that it has seen before it', () =>
    alone({}, async ({ outside: { store } }, { sleep, context }) => {
      let examiner = createExaminer(store, knowledge);
      const all: { readonly entry: Entry; readonly atMs: number }[] = [];
      async function look(patientId: string): Promise<void> {
        const what = { staffId: 'ann', patientId, afterMinutes: 0, what: 'treats' } as const;
        const entry = entryOf(what, all.length);
        all.push({ entry, atMs: context.elapsedMs() });
        await writeEntry(store, entry);
        await sleep(minute / 4);
      }
      // One alert before the crash; the next one is due to what was seen on both sides of it.
      for (const patientId of ['p1', 'p2', 'p3', 'near-ann']) await look(patientId);
      examiner.stop();
      examiner = createExaminer(store, knowledge);
      for (const patientId of ['p4', 'p5']) await look(patientId);
      examiner.stop();
      expect(suspicious(all)).toEqual(['alert-request-3 ann', 'alert-request-5 ann']);
      expect((await alertsOf(store)).toSorted()).toEqual(suspicious(all));
    }));

  test('does so by itself, until it is stopped', () =>
    alone({}, async ({ outside: { store } }, { sleep }) => {
      const examiner = createExaminer(store, knowledge);
      const look = {
        staffId: 'ann',
        patientId: 'near-ann',
        afterMinutes: 0,
        what: 'treats',
      } as const;
      await writeEntry(store, entryOf(look, 1));
      await sleep(minute / 4);
      expect(await alertsOf(store)).toEqual(['alert-request-1 ann']);
      examiner.stop();
      await writeEntry(store, entryOf(look, 2));
      await sleep(minute);
      expect(await alertsOf(store)).toHaveLength(1);
    }));
});
