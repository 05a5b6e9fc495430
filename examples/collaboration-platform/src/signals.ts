import { inSeconds, valueOf, type Watcher } from '@firedrill/core/scenario';
import { bufferLimitBytes } from './links.ts';

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'people-coming',
    severity: 'info',
    when: (values) => valueOf(values, 'arrivals') >= 15,
    forSeconds: 3,
    text: (values) =>
      `people pour in: ${valueOf(values, 'arrivals')} in this second, ${valueOf(values, 'people')} are there`,
    shows: ['arrivals', 'people'],
  },
  {
    name: 'own-screen-slow',
    severity: 'warning',
    when: (values) => valueOf(values, 'ownP50Ms') > 1_000,
    forSeconds: 3,
    text: (values) =>
      `people see their own strokes late: half of them after ${inSeconds(valueOf(values, 'ownP50Ms'))}`,
    shows: ['ownP50Ms', 'ownP99Ms'],
    cleared: {
      name: 'own-screen-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) =>
        `strokes are on the screen at once again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: (values) => valueOf(values, 'frozenEdits') >= 10,
    forSeconds: 3,
    text: (values) =>
      `frozen: ${valueOf(values, 'frozenEdits')} people have waited over 5 s for their own stroke`,
    shows: ['frozenEdits', 'editsUnderWay'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `nobody waits over 5 s any more, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'others-see-it-late',
    severity: 'warning',
    when: (values) => valueOf(values, 'remoteP50Ms') > 1_000,
    forSeconds: 5,
    text: (values) =>
      `the others see a stroke late: half of them after ${inSeconds(valueOf(values, 'remoteP50Ms'))}`,
    shows: ['remoteP50Ms', 'remoteP99Ms'],
  },
  {
    name: 'networks-lost',
    severity: 'warning',
    when: (values) => valueOf(values, 'offline') >= 50,
    text: (values) =>
      `${valueOf(values, 'offline')} of ${valueOf(values, 'people')} people have lost their network`,
    shows: ['offline', 'people'],
    cleared: {
      name: 'networks-back',
      forSeconds: 3,
      text: (_values, activeMs) => `most have their network back, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'ghosts',
    severity: 'warning',
    when: (values) => valueOf(values, 'ghosts') >= 5,
    forSeconds: 2,
    text: (values) => `${valueOf(values, 'ghosts')} people are shown as present and are long gone`,
    shows: ['ghosts'],
  },
  {
    name: 'backlog-of-one',
    severity: 'critical',
    when: (values) => valueOf(values, 'peakBufferedBytes') > bufferLimitBytes,
    text: (values) =>
      `${Math.round(valueOf(values, 'peakBufferedBytes') / 1_024)} KB wait for one single person, and it is growing`,
    shows: ['peakBufferedBytes'],
  },
  {
    name: 'snapshots-to-slow',
    severity: 'info',
    when: (values) => valueOf(values, 'snapshotsToSlow') > 0,
    text: () => 'a slow connection gets a snapshot in place of its backlog',
    shows: ['snapshotsToSlow', 'peakBufferedBytes'],
  },
  {
    name: 'edits-refused',
    severity: 'warning',
    when: (values) => valueOf(values, 'refusedEvents') > 0,
    forSeconds: 2,
    text: (values) =>
      `the queue is full: ${valueOf(values, 'refusedEvents')} cursors and edits refused in this second`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'history-retrying',
    severity: 'warning',
    when: (values) => valueOf(values, 'historyRetries') > 0,
    text: (values) =>
      `history fails, and its batches are tried again; ${valueOf(values, 'backlog')} edits and documents wait`,
    shows: ['historyRetries', 'backlog'],
  },
];
