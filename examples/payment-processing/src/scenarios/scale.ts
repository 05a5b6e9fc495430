import { planCapacity, predictPool } from '@firedrill/core/capacity';
import { isNextStep, kneeOf, type ScaleScenario, type ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import type { PaymentSystem } from '../system.ts';
import { latencies } from '../services.ts';
import { basePerSecond, type Settings } from '../settings.ts';
import type { World } from '../world.ts';

type Step = ScaleStep<Settings, World, PaymentSystem>;
type Row = Record<string, number>;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const mean = (...services: readonly (keyof typeof latencies)[]): number =>
  sum(services.map((service) => meanLatencyMs(latencies[service])));

/** Calls before the answer: three statements, the score, and the card. */
const payingMs = mean('database', 'database', 'fraud', 'authorize', 'capture');

/** What follows a payment, one call each. */
const followUps = ['audit', 'risk', 'notifications', 'analytics'] as const;

/** The pool that decides how much an implementation can carry, from the settings alone. */
interface Bottleneck {
  readonly name: string;
  readonly workers: number;
  readonly queueSize: number;
  /** Mean time that one task holds a worker. */
  readonly serviceMs: number;
  /** Tasks that each payment brings. */
  readonly tasksPerPayment: number;
}

function bottleneck(implementation: string, settings: Settings): Bottleneck {
  if (implementation === 'hardened') {
    return {
      name: 'workers of audit, risk, notifications and analytics',
      workers: settings.effectWorkers,
      queueSize: 4 * settings.effectWorkers,
      serviceMs: mean(...followUps) / followUps.length,
      tasksPerPayment: followUps.length,
    };
  }
  return {
    name: 'database connections',
    workers: settings.connections,
    queueSize: settings.connections,
    serviceMs: payingMs + mean('webhooks', ...followUps),
    tasksPerPayment: 1,
  };
}

/** Where a system stops keeping up: the first step at which over one in a hundred is lost. */
const kneeDropRatio = 0.01;

export const scale: ScaleScenario<Settings, World, PaymentSystem> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [
    'No faults, only load: each step starts afresh and lasts 12 s, of which the second half is measured. Beside it stands what queueing theory predicts from the settings alone (M/M/c/K at the tightest pool).',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: basePerSecond,
  multipliers: [1, 10, 50, 100, 150, 200, 250, 300, 400],
  stepMs: 12_000,
  columns: [
    { name: 'multiplier', label: 'x base', unit: 'count' },
    { name: 'offered', label: 'offered', unit: 'per-second' },
    { name: 'answered', label: 'answered', unit: 'per-second' },
    { name: 'paymentP50Ms', label: 'p50', unit: 'ms' },
    { name: 'paymentP99Ms', label: 'p99', unit: 'ms' },
    { name: 'webhookP99Ms', label: 'webhook p99', unit: 'ms' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted loss', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured loss', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { meter, durationMs, samples } = phase;
    const pool = bottleneck(implementation, settings);
    const predicted = predictPool({ ...pool, ratePerSecond: ratePerSecond * pool.tasksPerPayment });
    // The first half of a step fills the queues; the second is what is measured.
    const steady = samples.filter(({ atMs }) => atMs > durationMs / 2 && atMs <= durationMs);
    const inSteady = (name: string): number => sum(steady.map(({ values }) => values[name] ?? 0));
    const seconds = durationMs / 2_000;
    const tasks = Math.max(1, inSteady('paid') * pool.tasksPerPayment);
    const attempts = Math.max(1, inSteady('orders') + inSteady('customerRetries'));
    return {
      multiplier,
      offered: inSteady('orders') / seconds,
      answered: (inSteady('paid') + inSteady('declined')) / seconds,
      paymentP50Ms: meter.percentile('payment', 50),
      paymentP99Ms: meter.percentile('payment', 99),
      webhookP99Ms: meter.percentile('healthyWebhook', 99),
      utilisation: predicted.utilisation,
      predictedLoss: predicted.dropRatio,
      measuredLoss:
        implementation === 'hardened'
          ? (inSteady('refusedEvents') + inSteady('shedEvents')) / tasks
          : inSteady('failedAttempts') / attempts,
    };
  },

  conclude(rows, settings, implementation) {
    const pool = bottleneck(implementation, settings);
    const measuredKnee = kneeOf(rows, 'measuredLoss', kneeDropRatio);
    const predictedKnee = kneeOf(rows, 'predictedLoss', kneeDropRatio);
    const target = 50 * basePerSecond(settings);
    const plan = planCapacity({
      ratePerSecond: target * pool.tasksPerPayment,
      serviceMs: pool.serviceMs,
      burstFactor: 3,
      maxUtilisation: 0.7,
    });
    const at50 = rows.find(({ multiplier }) => multiplier === 50) ?? {};
    const isHardened = implementation === 'hardened';
    return {
      note:
        `The tightest pool is the ${pool.name}: ${pool.workers}, held for ${Math.round(pool.serviceMs)} ms a task. ` +
        `For 50 times the base load (${target.toFixed(0)} payments a second) at 70 % utilisation plan ` +
        `${plan.workers} of them and a queue of ${plan.queueSize}. ${whereTheyPart(rows, isHardened)}`,
      checks: [
        {
          name: 'knee-as-predicted',
          title: 'the knee is where queueing theory puts it',
          kind: 'objective',
          expected: `at ${predictedKnee} x, one step more or less`,
          observed: `at ${measuredKnee} x`,
          ok: isNextStep(rows, predictedKnee, measuredKnee),
        },
        ...(isHardened
          ? [
              {
                name: 'fifty-times',
                title: 'fifty times the base load is carried within the objective',
                kind: 'objective' as const,
                expected: 'p99 under 400 ms, nothing lost',
                observed: `p99 ${Math.round(at50['paymentP99Ms'] ?? 0)} ms, ${(100 * (at50['measuredLoss'] ?? 0)).toFixed(2)} % lost`,
                ok: (at50['paymentP99Ms'] ?? Infinity) < 400 && at50['measuredLoss'] === 0,
              },
            ]
          : []),
      ],
    };
  },
  next: '--scenario=scale --set effectWorkers=224',
};

/** Says where prediction and measurement are more than five points apart, and why. */
function whereTheyPart(rows: readonly Row[], isHardened: boolean): string {
  const gap = ({ measuredLoss = 0, predictedLoss = 0 }: Row): number =>
    measuredLoss - predictedLoss;
  const above = rows.filter((row) => gap(row) > 0.05);
  const below = rows.filter((row) => gap(row) < -0.05);
  const at = (some: readonly Row[]): string =>
    some.map(({ multiplier }) => `${multiplier} x`).join(', ');
  const reasons = [
    above.length > 0 &&
      `At ${at(above)} more is lost than predicted: ${isHardened ? 'tasks come four at a time' : 'refused customers try again, and each attempt counts'}.`,
    below.length > 0 &&
      `At ${at(below)} less is lost: the queue takes longer to fill than the step lasts.`,
  ].filter((reason) => reason !== false);
  return reasons.length > 0 ? reasons.join(' ') : 'Both agree within five points at every load.';
}
