import { inSeconds, type SampleValues, valueOf, type Watcher } from '@firedrill/core/scenario';

/** Half of the answers take long, or the staff presses and no answer comes at all. */
const isSlow = (values: SampleValues): boolean =>
  valueOf(values, 'answerP50Ms') > 1_000 ||
  (valueOf(values, 'answered') === 0 && valueOf(values, 'presses') > 5);

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'load-rising',
    severity: 'info',
    when: (values) => valueOf(values, 'requests') >= 8,
    forSeconds: 3,
    text: (values) => `load rises: ${valueOf(values, 'requests')} requests in this second`,
    shows: ['requests'],
  },
  {
    name: 'process-crashed',
    severity: 'warning',
    when: (values) => valueOf(values, 'crashes') > 0,
    text: (values) =>
      `${valueOf(values, 'crashes')} of the processes crashed, ${valueOf(values, 'lostInMemory')} entries were in memory alone`,
    shows: ['crashes', 'lostInMemory'],
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
    text: (values) =>
      `the staff waits: half of the answers take over ${inSeconds(valueOf(values, 'answerP50Ms'))}, ${valueOf(values, 'requestsInFlight')} requests in flight`,
    shows: ['answerP50Ms', 'requestsInFlight'],
    cleared: {
      name: 'answers-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) => `answers are fast again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'staff-retrying',
    severity: 'warning',
    when: (values) => valueOf(values, 'retries') > valueOf(values, 'requests') / 2,
    forSeconds: 5,
    text: (values) => `the staff tries again: ${valueOf(values, 'retries')} times in this second`,
    shows: ['retries'],
  },
  {
    name: 'memory-only',
    severity: 'warning',
    when: (values) => valueOf(values, 'unsaved') >= 100,
    text: (values) =>
      `${valueOf(values, 'unsaved')} entries of the audit trail are in memory, and nowhere else`,
    shows: ['unsaved'],
    cleared: {
      name: 'memory-drained',
      forSeconds: 5,
      text: (_values, activeMs) =>
        `hardly an entry is in memory alone any more, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'unlawful-access',
    severity: 'critical',
    when: (values) => valueOf(values, 'unlawful') > 0,
    text: () => 'somebody sees a record who may not: the role was right, and nothing else',
    shows: ['unlawful'],
  },
  {
    name: 'auditors-behind',
    severity: 'warning',
    when: (values) => valueOf(values, 'backlog') >= 500,
    text: (values) =>
      `the auditors are ${valueOf(values, 'backlog')} entries behind; all of them are safe in the store`,
    shows: ['backlog'],
    cleared: {
      name: 'auditors-caught-up',
      forSeconds: 2,
      text: (_values, activeMs) => `the auditors catch up, after ${inSeconds(activeMs)}`,
    },
  },
];
