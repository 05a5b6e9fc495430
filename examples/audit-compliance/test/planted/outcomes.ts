import type { ClinicStore } from '../../src/implementations/hardened/events.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { outcomes: true, emergencyShare: 0.04 };

/** Bugs in what becomes of an emergency that was none. */
export const outcomeBugs: readonly Bug[] = [
  withParts(
    {
      name: 'outcome-on-paper',
      flaw: 'a review is written down with its outcome, and nobody is suspended',
      breaks: ['outcome-has-consequences', 'patient-told'],
      settings,
    },
    ({ outcomeRules }) => ({
      outcomeRules: { ...outcomeRules, whomToSuspend: () => undefined },
    }),
  ),
  withParts(
    {
      name: 'suspended-whoever-was-reviewed',
      flaw: 'whoever is reviewed is suspended, whatever the outcome, and the patient is told so',
      breaks: ['outcome-has-consequences', 'patient-told'],
      settings,
    },
    ({ outcomeRules }) => ({
      outcomeRules: { ...outcomeRules, whomToSuspend: (_review, actor) => actor },
    }),
  ),
  withParts(
    {
      name: 'suspension-remembered',
      flaw: 'each process remembers for a minute who is not suspended',
      breaks: ['outcome-has-consequences'],
      settings,
    },
    ({ outcomeRules }) => {
      const knownAtMs = new Map<string, number>();
      return {
        outcomeRules: {
          ...outcomeRules,
          async isSuspended(store, staffId, nowMs) {
            if (nowMs < (knownAtMs.get(staffId) ?? -Infinity) + 60_000) return false;
            const isSuspended = await outcomeRules.isSuspended(store, staffId, nowMs);
            if (!isSuspended) knownAtMs.set(staffId, nowMs);
            return isSuspended;
          },
        },
      };
    },
  ),
  withParts(
    {
      name: 'suspended-for-good',
      flaw: 'a suspension has an end, and nobody looks at it',
      breaks: ['outcome-has-consequences'],
      settings,
    },
    ({ outcomeRules }) => ({
      outcomeRules: {
        ...outcomeRules,
        isSuspended: (store, staffId) => outcomeRules.isSuspended(store, staffId, 0),
      },
    }),
  ),
  withParts(
    {
      name: 'patient-told-by-a-timer',
      flaw: 'the message to the patient waits in memory for the evening, and the process ends before that',
      breaks: ['patient-told'],
      settings,
    },
    ({ outcomeRules }) => ({
      outcomeRules: {
        ...outcomeRules,
        tell(store: ClinicStore, _tx: unknown, message) {
          setTimeout(() => {
            store.transaction((tx) => outcomeRules.tell(store, tx, message)).catch(() => {});
          }, 1_200_000);
          return Promise.resolve();
        },
      },
    }),
  ),
];
