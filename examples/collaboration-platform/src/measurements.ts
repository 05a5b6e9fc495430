import { type Example, lastFaultEndMs, type Phase } from '@firedrill/core/scenario';
import type { CollaborationSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** What is drawn, sampled and summarised: names here are names in the record. */

type Measurements = Pick<
  Example<Settings, World, CollaborationSystem>,
  'charts' | 'series' | 'metrics'
>;
export type CanvasPhase = Phase<Settings, World, CollaborationSystem>;

export const charts: Measurements['charts'] = [
  { id: 'people', title: 'People on canvases', unit: 'count', scale: 'linear' },
  { id: 'edits', title: 'Edits', unit: 'per-second', scale: 'linear' },
  { id: 'latency', title: 'From a stroke to the screens', unit: 'ms', scale: 'log' },
  { id: 'frozen', title: 'Edits that nobody sees yet', unit: 'count', scale: 'linear' },
  { id: 'memory', title: 'What waits for the slowest', unit: 'bytes', scale: 'log' },
  { id: 'messages', title: 'Messages to devices', unit: 'per-second', scale: 'linear' },
  { id: 'backlog', title: 'Backlog', unit: 'count', scale: 'linear' },
];

export const series: Measurements['series'] = [
  { name: 'people', label: 'people', unit: 'count', chart: 'people' },
  { name: 'offline', label: 'without a network', unit: 'count', chart: 'people' },
  { name: 'ghosts', label: 'gone, and shown as present', unit: 'count', chart: 'people' },
  { name: 'edits', label: 'edits', unit: 'per-second', chart: 'edits' },
  { name: 'failedEdits', label: 'failed', unit: 'per-second', chart: 'edits' },
  { name: 'ownP50Ms', label: 'own screen, p50', unit: 'ms', chart: 'latency' },
  { name: 'ownP99Ms', label: 'own screen, p99', unit: 'ms', chart: 'latency' },
  { name: 'remoteP50Ms', label: 'other screens, p50', unit: 'ms', chart: 'latency' },
  { name: 'remoteP99Ms', label: 'other screens, p99', unit: 'ms', chart: 'latency' },
  { name: 'editsUnderWay', label: 'under way', unit: 'count', chart: 'frozen' },
  { name: 'frozenEdits', label: 'frozen over 5 s', unit: 'count', chart: 'frozen' },
  { name: 'peakBufferedBytes', label: 'most for one person', unit: 'bytes', chart: 'memory' },
  { name: 'framesPerSecond', label: 'messages', unit: 'per-second', chart: 'messages' },
  { name: 'callsInFlight', label: 'calls in flight', unit: 'count', chart: 'backlog' },
  { name: 'backlog', label: 'unsaved or unrecorded', unit: 'count', chart: 'backlog' },
];

export const metrics: Measurements['metrics'] = [
  { name: 'peoplePeak', label: 'most people at once', unit: 'count', better: 'neither' },
  { name: 'edits', label: 'edits', unit: 'count', better: 'higher' },
  { name: 'failedEdits', label: 'edits that failed', unit: 'count', better: 'lower' },
  { name: 'ownP50Ms', label: 'own screen, p50', unit: 'ms', better: 'lower' },
  { name: 'ownP99Ms', label: 'own screen, p99', unit: 'ms', better: 'lower' },
  { name: 'remoteP50Ms', label: 'other screens, p50', unit: 'ms', better: 'lower' },
  { name: 'remoteP95Ms', label: 'other screens, p95', unit: 'ms', better: 'lower' },
  { name: 'frozenPeak', label: 'most edits frozen at once', unit: 'count', better: 'lower' },
  { name: 'compared', label: 'screens compared in the end', unit: 'count', better: 'neither' },
  { name: 'diverged', label: 'screens that show something else', unit: 'count', better: 'lower' },
  { name: 'lostEdits', label: 'drawings lost', unit: 'count', better: 'lower' },
  { name: 'unrecorded', label: 'edits missing in the history', unit: 'count', better: 'lower' },
  { name: 'leaks', label: 'messages to who may not see them', unit: 'count', better: 'lower' },
  { name: 'decisions', label: 'rights taken away', unit: 'count', better: 'neither' },
  { name: 'bufferPeak', label: 'most that waited for one person', unit: 'bytes', better: 'lower' },
  { name: 'refusedEvents', label: 'cursors and edits refused', unit: 'count', better: 'lower' },
  {
    name: 'cursorsLeftOut',
    label: 'cursors left out for the slow',
    unit: 'count',
    better: 'neither',
  },
  { name: 'messages', label: 'messages to devices', unit: 'count', better: 'lower' },
  { name: 'serviceCalls', label: 'calls to services', unit: 'count', better: 'lower' },
  { name: 'ghostsPeak', label: 'most ghosts at once', unit: 'count', better: 'lower' },
  { name: 'unhandledRejections', label: 'unhandled rejections', unit: 'count', better: 'lower' },
  { name: 'leftBehind', label: 'listeners and members left', unit: 'count', better: 'lower' },
  {
    name: 'recoveryMs',
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
  },
];

export function summarize(phase: CanvasPhase): Record<string, number> {
  const { meter, world, system, context } = phase;
  const { truth, links } = world.services;
  const { totals } = truth;
  const calls = [...context.network.stats()].filter(([name]) => name !== 'connections');
  return {
    peoplePeak: meter.peak('people'),
    edits: meter.total('edits'),
    failedEdits: meter.total('failedEdits'),
    ownP50Ms: meter.percentile('own', 50),
    ownP99Ms: meter.percentile('own', 99),
    remoteP50Ms: meter.percentile('remote', 50),
    remoteP95Ms: meter.percentile('remote', 95),
    frozenPeak: meter.peak('frozenEdits'),
    compared: totals.compared,
    diverged: totals.diverged,
    lostEdits: totals.lostEdits,
    unrecorded: truth.unrecorded(),
    leaks: totals.leaks,
    decisions: totals.decisions,
    bufferPeak: links.totals.peakBufferedBytes,
    refusedEvents: meter.total('refusedEvents'),
    cursorsLeftOut: meter.total('cursorsLeftOut'),
    messages: links.totals.frames,
    serviceCalls: calls.reduce((sum, [, stats]) => sum + stats.calls, 0),
    ghostsPeak: meter.peak('ghosts'),
    unhandledRejections: meter.total('unhandledRejections'),
    leftBehind: system.leftBehind?.() ?? 0,
    recoveryMs: recoveryMs(phase),
  };
}

/**
 * Time from the end of the last fault to the last second with a sign of trouble: an edit that is
 * frozen, or slow to reach the others. 0 when there was no trouble after the faults.
 */
export function recoveryMs({ context, samples }: CanvasPhase): number {
  const endMs = lastFaultEndMs(context.faults);
  const troubled = samples.findLast(
    ({ atMs, values }) =>
      atMs > endMs && ((values['frozenEdits'] ?? 0) > 0 || (values['remoteP50Ms'] ?? 0) > 1_000),
  );
  return Math.max(0, (troubled?.atMs ?? endMs) - endMs);
}
