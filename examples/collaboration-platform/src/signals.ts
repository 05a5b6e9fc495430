import { defineSignals, formatDuration } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import { reports } from './reports.ts';
import type { Canvases } from './types.ts';
import { bufferLimitBytes } from './world/links.ts';

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const signals = defineSignals<Canvases>()([
  {
    name: 'people-coming',
    severity: 'info',
    when: ({ measured }) => measured.arrivals >= 15,
    forSeconds: 3,
    text: ({ measured }) =>
      `people pour in: ${measured.arrivals} in this second, ${measured.people} are there`,
    shows: [measures.arrivals, measures.people],
  },
  {
    name: 'own-screen-slow',
    severity: 'warning',
    when: ({ measured }) => (measured.own.p50 ?? 0) > 1_000,
    forSeconds: 3,
    text: ({ measured }) =>
      `people see their own strokes late: half of them after ${formatDuration(measured.own.p50 ?? 0)}`,
    shows: [measures.own],
    cleared: {
      name: 'own-screen-fast-again',
      forSeconds: 10,
      text: (_second, activeMs) =>
        `strokes are on the screen at once again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: ({ measured }) => measured.frozenEdits >= 10,
    forSeconds: 3,
    text: ({ measured }) =>
      `frozen: ${measured.frozenEdits} people have waited over 5 s for their own stroke`,
    shows: [measures.frozenEdits, measures.editsUnderWay],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_second, activeMs) =>
        `nobody waits over 5 s any more, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'others-see-it-late',
    severity: 'warning',
    when: ({ measured }) => (measured.remote.p50 ?? 0) > 1_000,
    forSeconds: 5,
    text: ({ measured }) =>
      `the others see a stroke late: half of them after ${formatDuration(measured.remote.p50 ?? 0)}`,
    shows: [measures.remote],
  },
  {
    name: 'networks-lost',
    severity: 'warning',
    when: ({ measured }) => measured.offline >= 50,
    text: ({ measured }) =>
      `${measured.offline} of ${measured.people} people have lost their network`,
    shows: [measures.offline, measures.people],
    cleared: {
      name: 'networks-back',
      forSeconds: 3,
      text: (_second, activeMs) =>
        `most have their network back, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'ghosts',
    severity: 'warning',
    when: ({ measured }) => measured.ghosts >= 5,
    forSeconds: 2,
    text: ({ measured }) => `${measured.ghosts} people are shown as present and are long gone`,
    shows: [measures.ghosts],
  },
  {
    name: 'backlog-of-one',
    severity: 'critical',
    when: ({ measured }) => measured.peakBufferedBytes > bufferLimitBytes,
    text: ({ measured }) =>
      `${Math.round(measured.peakBufferedBytes / 1_024)} KB wait for one single person, and it is growing`,
    shows: [measures.peakBufferedBytes],
  },
  {
    name: 'snapshots-to-slow',
    severity: 'info',
    when: ({ reported }) => reported.snapshotsToSlow > 0,
    text: () => 'a slow connection gets a snapshot in place of its backlog',
    shows: [reports.snapshotsToSlow, measures.peakBufferedBytes],
  },
  {
    name: 'edits-refused',
    severity: 'warning',
    when: ({ reported }) => reported.refusedEvents > 0,
    forSeconds: 2,
    text: ({ reported }) =>
      `the queue is full: ${reported.refusedEvents} cursors and edits refused in this second`,
    shows: [reports.refusedEvents, reports.backlog],
  },
  {
    name: 'history-retrying',
    severity: 'warning',
    when: ({ reported }) => reported.historyRetries > 0,
    text: ({ reported }) =>
      `history fails, and its batches are tried again; ${reported.backlog} edits and documents wait`,
    shows: [reports.historyRetries, reports.backlog],
  },
]);
