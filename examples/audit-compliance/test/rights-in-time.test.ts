import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Request } from '../src/domain.ts';
import { type Outcome, suspendedMs } from '../src/domain/outcomes.ts';
import { discharge, isReferred, refer } from '../src/implementations/hardened/care-team.ts';
import { writeEntry } from '../src/implementations/hardened/journal.ts';
import { closeReview, outcomeRules } from '../src/implementations/hardened/outcomes.ts';
import { alone, waiting } from './alone.ts';

const minute = 60_000;
const [ann, ben] = ['physician-south-1', 'physician-south-2'] as const;

const by = (staffId: string, patientId: string) => ({
  staffId,
  patientId,
  purpose: 'treatment' as const,
});

describe('a patient of another clinic', () => {
  const referrals = fc.array(
    fc.record({
      toStaffId: fc.constantFrom(ann, ben),
      of: fc.constantFrom('p1', 'p2'),
      minutes: fc.constantFrom(1, 2, 3),
      isEnded: fc.boolean(),
      isRepeated: fc.boolean(),
    }),
    { maxLength: 5 },
  );

  test('is treated by whom they were referred to, until it is over or ended, and by nobody else', () =>
    alone({ careTeam: true }, async ({ outside: { store } }) => {
      let run = 0;
      const ran = fc.assert(
        fc.asyncProperty(referrals, async (all) => {
          run += 1;
          const startMs = Date.now();
          for (const [number, { toStaffId, of, minutes, isEnded, isRepeated }] of all.entries()) {
            const patientId = `${of} of ${run}`;
            const asking = by('physician-north-1', patientId);
            const referralId = `refer-${run}-${number}`;
            const until = new Date(startMs + minutes * minute).toISOString();
            const made: Extract<Request, { kind: 'refer' }> = {
              ...asking,
              kind: 'refer',
              requestId: referralId,
              toStaffId,
              until,
            };
            await refer(store, made);
            if (!isEnded) continue;
            const requestId = `end-${run}-${number}`;
            await discharge(store, { ...asking, kind: 'discharge', requestId, referralId });
            // An attempt that comes late is no new referral.
            if (isRepeated) await refer(store, made);
          }
          for (const staffId of [ann, ben]) {
            for (const name of ['p1', 'p2']) {
              for (const afterMs of [
                0,
                minute - 1,
                minute,
                2 * minute,
                3 * minute - 1,
                3 * minute,
              ]) {
                const may = all.some(
                  (each) =>
                    each.toStaffId === staffId &&
                    each.of === name &&
                    !each.isEnded &&
                    afterMs < each.minutes * minute,
                );
                const asking = by(staffId, `${name} of ${run}`);
                expect(await isReferred(store, asking, new Date(startMs + afterMs))).toBe(may);
              }
            }
          }
        }),
        { numRuns: 15 },
      );
      await expect(ran).resolves.toBeUndefined();
    }));
});

describe('whoever broke the glass', () => {
  const accesses = [
    'granted to ann',
    'granted to ben',
    'refused to ann',
    'of treatment by ann',
  ] as const;
  const reviews = fc.array(
    fc.record({
      access: fc.constantFrom(...accesses, 'of nobody'),
      outcome: fc.constantFrom<Outcome>('unjustified', 'unjustified', 'justified'),
      afterMs: fc.constantFrom(0, suspendedMs / 2, 2 * suspendedMs),
    }),
    { maxLength: 4 },
  );

  test('breaks none for a while once a review says that there was no reason, the patient hears of it once, and nobody else is concerned', async () => {
    const ran = fc.assert(
      fc.asyncProperty(reviews, (all) =>
        alone({ outcomes: true }, async ({ outside: { store } }, { sleep }) => {
          const patientId = 'patient-0001';
          for (const access of accesses) {
            await writeEntry(store, {
              entryId: access,
              kind: 'read',
              staffId: access.endsWith('ben') ? ben : ann,
              patientId,
              purpose: access.startsWith('of') ? 'treatment' : 'emergency',
              decision: access.startsWith('refused') ? 'no-reason' : 'granted',
            });
          }
          const sinceMs = new Map<string, number>();
          for (const { access, outcome, afterMs } of all) {
            await sleep(afterMs);
            const review: Extract<Request, { kind: 'review' }> = {
              ...by('compliance-officer-north-1', patientId),
              kind: 'review',
              purpose: 'oversight',
              requestId: `review of ${access}, ${outcome}`,
              accessId: access,
              outcome,
            };
            await closeReview(store, review, outcomeRules);
            const isNone = outcome === 'unjustified' && access.startsWith('granted');
            // Whoever reviews once more takes the right away once.
            if (isNone && !sinceMs.has(access)) sinceMs.set(access, Date.now());
            for (const staffId of [ann, ben, 'compliance-officer-north-1']) {
              const own = staffId === ann ? 'ann' : staffId === ben ? 'ben' : 'nobody';
              const fromMs = sinceMs.get(`granted to ${own}`) ?? -Infinity;
              for (const atMs of [Date.now(), fromMs + suspendedMs - 1_000, fromMs + suspendedMs]) {
                const may = await outcomeRules.isSuspended(store, staffId, atMs);
                expect(may, `${staffId}, ${atMs - fromMs} ms after`).toBe(
                  atMs < fromMs + suspendedMs,
                );
              }
            }
          }
          const told = (await waiting(store)).map(({ payload }) => payload);
          expect(told).toHaveLength(sinceMs.size);
          for (const access of sinceMs.keys()) {
            expect(told).toContainEqual({ messageId: `notice-${access}`, patientId });
          }
        }),
      ),
      { numRuns: 15 },
    );
    await expect(ran).resolves.toBeUndefined();
  });
});
