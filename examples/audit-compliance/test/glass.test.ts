import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Request } from '../src/domain.ts';
import { brokenSince, escalate } from '../src/implementations/hardened/glass.ts';
import { writeEntry } from '../src/implementations/hardened/journal.ts';
import { alone } from './alone.ts';

const patientId = 'patient-0001';

const entries = fc.record<Entry>({
  entryId: fc.constantFrom('request-1', 'request-2'),
  kind: fc.constant('read'),
  staffId: fc.constantFrom('physician-south-1', 'physician-south-2'),
  patientId: fc.constantFrom(patientId, 'patient-0002'),
  purpose: fc.constantFrom('emergency', 'treatment'),
  decision: fc.constantFrom('granted', 'granted', 'no-reason'),
});

const reviews = fc.record<Entry>({
  entryId: fc.constantFrom('review-1', 'review-2', 'review-3'),
  kind: fc.constantFrom('review', 'review', 'release'),
  staffId: fc.constantFrom('compliance-officer-north-1', 'nurse-north-1'),
  patientId: fc.constant(patientId),
  purpose: fc.constant('oversight'),
  decision: fc.constantFrom('granted', 'role'),
  accessId: fc.constantFrom('request-1', 'request-2'),
});

const emergency: Request = {
  kind: 'read',
  requestId: 'request-1',
  staffId: 'physician-south-1',
  patientId,
  purpose: 'emergency',
  reason: 'unconscious on arrival',
};

describe('broken glass', () => {
  test('is broken since the first time that the same request of the same person was granted', () =>
    alone({}, async ({ outside: { store } }, { sleep }) => {
      const found = fc.assert(
        fc.asyncProperty(fc.array(entries, { maxLength: 5 }), fc.nat(), async (all, run) => {
          // Each run is of a patient and of requests of its own.
          const own = `patient-of-${run}-${Math.floor(Date.now())}`;
          let since: number | undefined;
          for (const entry of all) {
            await sleep(1_000);
            const isTheirs = entry.patientId === patientId;
            await writeEntry(store, isTheirs ? { ...entry, patientId: own } : entry);
            const isSame =
              isTheirs &&
              entry.entryId === emergency.requestId &&
              entry.staffId === emergency.staffId &&
              entry.purpose === 'emergency' &&
              entry.decision === 'granted';
            if (isSame) since ??= Date.now();
          }
          const broken = await brokenSince(store, { ...emergency, patientId: own });
          // An entry is recorded a moment before whoever writes it hears of that.
          const isThen = broken !== undefined && Math.abs(broken.getTime() - (since ?? 0)) < 500;
          expect(since === undefined ? broken === undefined : isThen).toBe(true);
        }),
        { numRuns: 60 },
      );
      await expect(found).resolves.toBeUndefined();
    }));

  test('goes to the privacy officer unless the review of this very access was granted', () =>
    alone({}, async ({ outside }, { truth }) => {
      const { store, messages } = outside;
      let run = 0;
      const found = fc.assert(
        fc.asyncProperty(fc.array(reviews, { maxLength: 3 }), async (all) => {
          run += 1;
          const own = `patient-of-${run}`;
          const accessId = `request-1-of-${run}`;
          const isReviewed = all.some(
            ({ kind, decision, accessId: of }) =>
              kind === 'review' && decision === 'granted' && of === 'request-1',
          );
          for (const entry of all) {
            const of = `${entry.accessId}-of-${run}`;
            await writeEntry(store, { ...entry, patientId: own, accessId: of });
          }
          await escalate(store, messages, { accessId, patientId: own }, { timeoutMs: 1_000 });
          expect(truth.wasSent(`escalation-${accessId}`)).toBe(!isReviewed);
        }),
        { numRuns: 60 },
      );
      await expect(found).resolves.toBeUndefined();
    }));
});
