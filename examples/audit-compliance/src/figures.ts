import { type Figures, type Judged, lastedUntilMs, lastFaultEndMs } from '@firedrill/core/scenario';
import { manipulationsTried } from './log/tampering.ts';
import { snooperCurve } from './rules/snoopers.ts';
import { auditOf, tamperingOf } from './rules.ts';
import type { Clinics } from './types.ts';

type Phase = Judged<Clinics>;

/** Time from the end of the hanging to the last second in which an answer took long, in ms. */
export const recoveryMs = (phase: Phase): number =>
  lastedUntilMs(
    phase,
    lastFaultEndMs(phase.faults.filter(({ kind }) => kind === 'hang')),
    ({ timeToAnswer }) => (timeToAnswer.p50 ?? 0) > 1_000,
  );

/** What the table of a run shows. */
export const figures: Figures<Clinics> = {
  requests: {
    label: 'requests of the staff',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.requests.total,
  },
  answeredRatio: {
    label: 'staff answered',
    unit: 'ratio',
    better: 'higher',
    rule: 'staff-answered',
    of: ({ measured }) =>
      measured.asked.total === 0 ? undefined : measured.answered.total / measured.asked.total,
  },
  answerP50: {
    label: 'time to the answer, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToAnswer.p50,
  },
  answerP99: {
    label: 'time to the answer, p99',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToAnswer.p99,
  },
  worstWindowP95: {
    label: 'time to the answer, p95 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
    rule: 'answer-p95',
    of: ({ measured }) => measured.timeToAnswer.worstWindow(95)?.value,
  },
  retries: {
    label: 'staff trying again',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.retries.total,
  },
  crashes: {
    label: 'crashes of a process',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.crashes.total,
  },
  accesses: {
    label: 'accesses to patients',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.accesses,
  },
  entries: {
    label: 'entries with the auditors',
    unit: 'count',
    better: 'neither',
    of: (phase) => auditOf(phase).entries,
  },
  missing: {
    label: 'accesses without any entry',
    unit: 'count',
    better: 'lower',
    rule: 'no-access-without-entry',
    of: (phase) => auditOf(phase).missing,
  },
  missingRatio: {
    label: 'of all accesses',
    unit: 'ratio',
    better: 'lower',
    rule: 'no-access-without-entry',
    of: (phase) =>
      phase.truth.totals.accesses === 0
        ? undefined
        : auditOf(phase).missing / phase.truth.totals.accesses,
  },
  unrecorded: {
    label: 'answers without an entry',
    unit: 'count',
    better: 'lower',
    rule: 'no-acknowledged-entry-lost',
    of: (phase) => auditOf(phase).unrecorded,
  },
  unannounced: {
    label: 'accesses before their entry',
    unit: 'count',
    better: 'lower',
    rule: 'entry-before-access',
    of: ({ truth }) => truth.totals.unannounced,
  },
  twice: {
    label: 'entries that stand twice',
    unit: 'count',
    better: 'lower',
    rule: 'no-entry-twice',
    of: (phase) => auditOf(phase).twice,
  },
  denials: {
    label: 'requests denied',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.denials,
  },
  denialsUnrecorded: {
    label: 'denials without an entry',
    unit: 'count',
    better: 'lower',
    rule: 'denials-on-record',
    of: (phase) => auditOf(phase).denialsUnrecorded,
  },
  unlawful: {
    label: 'unlawful accesses granted',
    unit: 'count',
    better: 'lower',
    rule: 'lawful-only',
    of: ({ truth }) => truth.totals.unlawful,
  },
  fieldsTooMany: {
    label: 'fields shown beyond the purpose',
    unit: 'count',
    better: 'lower',
    rule: 'minimum-necessary',
    of: ({ truth }) => truth.totals.fieldsTooMany,
  },
  emergencies: {
    label: 'emergency accesses',
    unit: 'count',
    better: 'neither',
    of: (phase) => auditOf(phase).emergencies,
  },
  unreviewed: {
    label: 'of those never reviewed',
    unit: 'count',
    better: 'lower',
    rule: 'emergencies-reviewed',
    of: (phase) => auditOf(phase).unreviewed,
  },
  unescalated: {
    label: 'overdue reviews that nobody was told of',
    unit: 'count',
    better: 'lower',
    rule: 'escalated-in-time',
    of: (phase) => auditOf(phase).unescalated,
  },
  unsent: {
    label: 'reminders and offers not sent',
    unit: 'count',
    better: 'lower',
    rule: 'follow-ups',
    of: (phase) => auditOf(phase).unsent,
  },
  readable: {
    label: 'records that lie there as text',
    unit: 'count',
    better: 'lower',
    rule: 'nothing-readable',
    of: (phase) => auditOf(phase).readable,
  },
  erased: {
    label: 'patients erased',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.erased,
  },
  erasedReadable: {
    label: 'of those still readable',
    unit: 'count',
    better: 'lower',
    rule: 'nothing-readable',
    of: (phase) => auditOf(phase).erasedReadable,
  },
  tamperingTried: {
    label: 'manipulations of the log tried',
    unit: 'count',
    better: 'neither',
    of: () => manipulationsTried,
  },
  tamperingFound: {
    label: 'of those found and named',
    unit: 'count',
    better: 'higher',
    rule: 'tampering-found',
    of: (phase) => tamperingOf(phase).found,
  },
  rootsPublished: {
    label: 'roots of the log published',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.published.length,
  },
  unhandledRejections: {
    label: 'unhandled rejections',
    unit: 'count',
    better: 'lower',
    rule: 'no-unhandled-rejection',
    of: ({ unhandledRejections }) => unhandledRejections,
  },
  recovery: {
    label: 'staff well again after the sink answers',
    unit: 'ms',
    better: 'lower',
    of: recoveryMs,
  },
  ...snooperCurve,
};
