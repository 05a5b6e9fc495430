import { defineSignals, formatDuration, type WatchedSecond } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import { reports } from './reports.ts';
import type { Clinics } from './types.ts';

/** Half of the answers take long, or the staff presses and no answer comes at all. */
const isSlow = ({ measured }: WatchedSecond<Clinics>): boolean =>
  (measured.timeToAnswer.p50 ?? 0) > 1_000 || (measured.answered === 0 && measured.presses > 5);

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const signals = defineSignals<Clinics>()([
  {
    name: 'load-rising',
    severity: 'info',
    when: ({ measured }) => measured.requests >= 8,
    forSeconds: 3,
    text: ({ measured }) => `load rises: ${measured.requests} requests in this second`,
    shows: [measures.requests],
  },
  {
    name: 'process-crashed',
    severity: 'warning',
    when: ({ measured }) => measured.crashes > 0,
    text: ({ measured, reported }) =>
      `${measured.crashes} of the processes crashed; ${reported.unsaved} entries are in memory alone elsewhere`,
    shows: [measures.crashes, reports.unsaved],
    cleared: {
      name: 'no-more-crashes',
      forSeconds: 5,
      text: () => 'no process has crashed for five seconds',
    },
  },
  {
    name: 'answers-slow',
    severity: 'critical',
    when: isSlow,
    forSeconds: 3,
    text: ({ measured }) =>
      measured.timeToAnswer.p50 === undefined
        ? `the staff waits: no answer in this second, ${measured.requestsInFlight} requests in flight`
        : `the staff waits: half of the answers take over ${formatDuration(measured.timeToAnswer.p50)}, ${measured.requestsInFlight} requests in flight`,
    shows: [measures.timeToAnswer, measures.requestsInFlight],
    cleared: {
      name: 'answers-fast-again',
      forSeconds: 10,
      text: (_second, activeMs) => `answers are fast again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'staff-retrying',
    severity: 'warning',
    when: ({ measured }) => measured.retries > measured.requests / 2,
    forSeconds: 5,
    text: ({ measured }) => `the staff tries again: ${measured.retries} times in this second`,
    shows: [measures.retries],
  },
  {
    name: 'memory-only',
    severity: 'warning',
    when: ({ reported }) => reported.unsaved >= 100,
    text: ({ reported }) =>
      `${reported.unsaved} entries of the audit trail are in memory, and nowhere else`,
    shows: [reports.unsaved],
    cleared: {
      name: 'memory-drained',
      forSeconds: 5,
      text: (_second, activeMs) =>
        `hardly an entry is in memory alone any more, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'unlawful-access',
    severity: 'critical',
    when: ({ measured }) => measured.unlawful > 0,
    text: () => 'somebody sees a record who may not: the role was right, and nothing else',
    shows: [measures.unlawful],
  },
  {
    name: 'auditors-behind',
    severity: 'warning',
    when: ({ reported }) => reported.backlog >= 500,
    text: ({ reported }) =>
      `the auditors are ${reported.backlog} entries behind; all of them are safe in the store`,
    shows: [reports.backlog],
    cleared: {
      name: 'auditors-caught-up',
      forSeconds: 2,
      text: (_second, activeMs) => `the auditors catch up, after ${formatDuration(activeMs)}`,
    },
  },
]);
