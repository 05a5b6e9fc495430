import { planCapacity, predictPool } from '@firedrill/core/capacity';
import type { ScaleScenario, ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import type { CollaborationSystem } from '../system.ts';
import { latencies } from '../services.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { workOf } from './work.ts';

type Step = ScaleStep<Settings, World, CollaborationSystem>;
type Row = Record<string, number>;

/** Everybody comes within this time, as after a deployment that dropped all connections. */
const stepMs = 4_000;

/** A thousand people, and the few who leave again before the last have come. */
const thousandPerSecond = (1_000 * 1.012) / (stepMs / 1_000);

/** When all are there, this much of the time until the day ends is measured. */
const measuredFromMs = stepMs + 2_000;
const measuredToMs = stepMs + 4_000;

const saveMs = meanLatencyMs(latencies.save);

/** Where a system stops keeping up: the first step at which over one in a hundred is refused. */
const kneeDropRatio = 0.01;

/** What the platform has promised. */
const promised = 50;

const pool = (implementation: string, settings: Settings, thousands: number) => ({
  workers: settings.storeConnections,
  queueSize: settings.storeConnections,
  serviceMs: saveMs,
  ratePerSecond: workOf(implementation, settings).writesPerSecond * thousands,
});

export const scale: ScaleScenario<Settings, World, CollaborationSystem> = {
  kind: 'scale',
  title: 'fifty thousand, and more',
  intro: [
    'No faults, only people: each step starts afresh, all of them come within six seconds, and the seconds after that are measured. Beside it stands what queueing theory predicts from the settings alone (M/M/c/K at the document store, the tightest pool).',
  ],
  implementations: ['hardened'],
  baseRatePerSecond: () => thousandPerSecond,
  multipliers: [1, 10, 50],
  stepMs,
  columns: [
    { name: 'multiplier', label: 'thousands', unit: 'count' },
    { name: 'people', label: 'people at once', unit: 'count' },
    { name: 'edits', label: 'edits', unit: 'per-second' },
    { name: 'ownP99Ms', label: 'own p99', unit: 'ms' },
    { name: 'remoteP95Ms', label: 'others p95', unit: 'ms' },
    { name: 'messages', label: 'messages', unit: 'per-second' },
    { name: 'bufferPeak', label: 'most for one', unit: 'bytes' },
    { name: 'writes', label: 'store writes', unit: 'per-second' },
    { name: 'predictedWrites', label: 'predicted', unit: 'per-second' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted refusals', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured refusals', unit: 'ratio' },
  ],

  row({ multiplier, phase }: Step, settings, implementation): Row {
    const { meter, samples, context, world } = phase;
    const predicted = predictPool(pool(implementation, settings, multiplier));
    const measured = samples.filter(({ atMs }) => atMs > measuredFromMs && atMs <= measuredToMs);
    const perSecond = (name: string): number =>
      measured.reduce((sum, { values }) => sum + (values[name] ?? 0), 0) / measured.length;
    const store = context.network.stats().get('document-store');
    return {
      multiplier,
      people: meter.peak('people'),
      edits: perSecond('edits'),
      ownP99Ms: meter.percentile('own', 99),
      remoteP95Ms: meter.percentile('remote', 95),
      messages: perSecond('framesPerSecond'),
      bufferPeak: world.services.links.totals.peakBufferedBytes,
      writes: perSecond('savesDue'),
      predictedWrites: workOf(implementation, settings).writesPerSecond * multiplier,
      utilisation: predicted.utilisation,
      predictedLoss: predicted.dropRatio,
      measuredLoss: perSecond('savesPostponed') / Math.max(1, perSecond('savesDue')),
      calls: store?.calls ?? 0,
    };
  },

  conclude(rows, settings, implementation) {
    const plan = planCapacity({ ...pool(implementation, settings, promised), burstFactor: 1 });
    return { note: `${plan.workers} ${kneeDropRatio} ${rows.length}`, checks: [] };
  },
  next: '--scenario=scale --set storeConnections=800',
};
