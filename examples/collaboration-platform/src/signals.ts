import type { SampleValues, Watcher } from '@firedrill/core/scenario';
import { bufferLimitBytes } from './links.ts';

const value = (values: SampleValues, name: string): number => values[name] ?? 0;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'people-coming',
    severity: 'info',
    when: (values) => value(values, 'arrivals') >= 15,
    forSeconds: 3,
    text: (values) =>
      `people pour in: ${value(values, 'arrivals')} in this second, ${value(values, 'people')} are there`,
    shows: ['arrivals', 'people'],
  },
  {
    name: 'own-screen-slow',
    severity: 'warning',
    when: (values) => value(values, 'ownP50Ms') > 1_000,
    forSeconds: 3,
    text: (values) =>
      `people see their own strokes late: half of them after ${seconds(value(values, 'ownP50Ms'))}`,
    shows: ['ownP50Ms', 'ownP99Ms'],
    cleared: {
      name: 'own-screen-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) =>
        `strokes are on the screen at once again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: (values) => value(values, 'frozenEdits') >= 10,
    forSeconds: 3,
    text: (values) =>
      `frozen: ${value(values, 'frozenEdits')} people have waited over 5 s for their own stroke`,
    shows: ['frozenEdits', 'editsUnderWay'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `nobody waits over 5 s any more, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'others-see-it-late',
    severity: 'warning',
    when: (values) => value(values, 'remoteP50Ms') > 1_000,
    forSeconds: 5,
    text: (values) =>
      `the others see a stroke late: half of them after ${seconds(value(values, 'remoteP50Ms'))}`,
    shows: ['remoteP50Ms', 'remoteP99Ms'],
  },
  {
    name: 'networks-lost',
    severity: 'warning',
    when: (values) => value(values, 'offline') >= 50,
    text: (values) =>
      `${value(values, 'offline')} of ${value(values, 'people')} people have lost their network`,
    shows: ['offline', 'people'],
    cleared: {
      name: 'networks-back',
      forSeconds: 3,
      text: (_values, activeMs) => `most have their network back, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'ghosts',
    severity: 'warning',
    when: (values) => value(values, 'ghosts') >= 5,
    forSeconds: 2,
    text: (values) => `${value(values, 'ghosts')} people are shown as present and are long gone`,
    shows: ['ghosts'],
  },
  {
    name: 'backlog-of-one',
    severity: 'critical',
    when: (values) => value(values, 'peakBufferedBytes') > bufferLimitBytes,
    text: (values) =>
      `${Math.round(value(values, 'peakBufferedBytes') / 1_024)} KB wait for one single person, and it is growing`,
    shows: ['peakBufferedBytes'],
  },
  {
    name: 'snapshots-to-slow',
    severity: 'info',
    when: (values) => value(values, 'snapshotsToSlow') > 0,
    text: () => 'a slow connection gets a snapshot in place of its backlog',
    shows: ['snapshotsToSlow', 'peakBufferedBytes'],
  },
  {
    name: 'edits-refused',
    severity: 'warning',
    when: (values) => value(values, 'refusedEvents') > 0,
    forSeconds: 2,
    text: (values) =>
      `the queue is full: ${value(values, 'refusedEvents')} cursors and edits refused in this second`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'history-retrying',
    severity: 'warning',
    when: (values) => value(values, 'historyRetries') > 0,
    text: (values) =>
      `history fails, and its batches are tried again; ${value(values, 'backlog')} edits and documents wait`,
    shows: ['historyRetries', 'backlog'],
  },
];
