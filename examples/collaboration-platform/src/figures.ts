import { type Figures, type Judged, lastedUntilMs, lastFaultEndMs } from '@firedrill/core/scenario';
import type { Canvases } from './types.ts';

/**
 * Time from the end of the last fault to the last second with a sign of trouble: an edit that is
 * frozen, or slow to reach the others. 0 when there was no trouble after the faults.
 */
export const recoveryMs = (phase: Judged<Canvases>): number =>
  lastedUntilMs(
    phase,
    lastFaultEndMs(phase.faults),
    ({ frozenEdits, remote }) => frozenEdits > 0 || (remote.p50 ?? 0) > 1_000,
  );

/** What the table of a run shows. */
export const figures: Figures<Canvases> = {
  peoplePeak: {
    label: 'most people at once',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.people.peak,
  },
  edits: {
    label: 'edits',
    unit: 'count',
    better: 'higher',
    of: ({ measured }) => measured.edits.total,
  },
  failedEdits: {
    label: 'edits that failed',
    unit: 'count',
    better: 'lower',
    rule: 'strokes-shown',
    of: ({ measured }) => measured.failedEdits.total,
  },
  ownP50: {
    label: 'own screen, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.own.p50,
  },
  ownP99: {
    label: 'own screen, p99',
    unit: 'ms',
    better: 'lower',
    rule: 'own-action',
    of: ({ measured }) => measured.own.p99,
  },
  ownMax: {
    label: 'own screen, longest',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.own.max,
  },
  remoteP50: {
    label: 'other screens, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.remote.p50,
  },
  remoteP95: {
    label: 'other screens, p95',
    unit: 'ms',
    better: 'lower',
    rule: 'collaborators',
    of: ({ measured }) => measured.remote.p95,
  },
  frozenPeak: {
    label: 'most edits frozen at once',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.frozenEdits.peak,
  },
  compared: {
    label: 'screens compared in the end',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.compared,
  },
  diverged: {
    label: 'screens that show something else',
    unit: 'count',
    better: 'lower',
    rule: 'replicas-converge',
    of: ({ truth }) => truth.totals.diverged,
  },
  lostEdits: {
    label: 'drawings lost',
    unit: 'count',
    better: 'lower',
    rule: 'no-edit-lost',
    of: ({ truth }) => truth.totals.lostEdits,
  },
  unrecorded: {
    label: 'edits missing in the history',
    unit: 'count',
    better: 'lower',
    rule: 'history-complete',
    of: ({ truth }) => truth.unrecorded(),
  },
  leaks: {
    label: 'messages to who may not see them',
    unit: 'count',
    better: 'lower',
    rule: 'only-what-the-role-may-see',
    of: ({ truth }) => truth.totals.leaks,
  },
  decisions: {
    label: 'rights taken away',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.decisions,
  },
  bufferPeak: {
    label: 'most that waited for one person',
    unit: 'bytes',
    better: 'lower',
    rule: 'memory-bounded',
    of: ({ truth }) => truth.world.links.totals.peakBufferedBytes,
  },
  messages: {
    label: 'messages to devices',
    unit: 'count',
    better: 'lower',
    of: ({ truth }) => truth.world.links.totals.frames,
  },
  ghostsPeak: {
    label: 'most ghosts at once',
    unit: 'count',
    better: 'lower',
    rule: 'gone-are-gone',
    of: ({ measured }) => measured.ghosts.peak,
  },
  unhandledRejections: {
    label: 'unhandled rejections',
    unit: 'count',
    better: 'lower',
    rule: 'no-unhandled-rejection',
    of: ({ unhandledRejections }) => unhandledRejections,
  },
  recovery: {
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
    of: recoveryMs,
  },
};
