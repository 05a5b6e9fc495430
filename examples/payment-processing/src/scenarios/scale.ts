import { planCapacity, predictPool } from '@firedrill/core/capacity';
import { kneeOf, type Row, type ScaleScenario, type ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { latencies } from '../services/latencies.ts';
import { basePerSecond, type Settings } from '../settings.ts';
import type { Payments } from '../types.ts';

type Step = ScaleStep<Payments>;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const mean = (...services: readonly (keyof typeof latencies)[]): number =>
  sum(services.map((service) => meanLatencyMs(latencies[service])));

/** Calls that the first implementations make before the answer: statements, the score, the card. */
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

/** The tightest pool of an implementation whose calls are known; `undefined` of any other. */
function bottleneck(implementation: string, settings: Settings): Bottleneck | undefined {
  const { connections, effectWorkers, workers, queueSize } = settings;
  const database = { name: 'database connections', workers: connections, queueSize: connections };
  switch (implementation) {
    case 'direct-calls':
      return {
        ...database,
        serviceMs: payingMs + mean('webhooks', ...followUps),
        tasksPerPayment: 1,
      };
    case 'floating-promises':
    case 'event-emitter':
      return { ...database, serviceMs: payingMs, tasksPerPayment: 1 };
    case 'hooks':
      return {
        name: 'workers of the hooks',
        workers,
        queueSize,
        serviceMs: mean('webhooks', ...followUps) / (followUps.length + 1),
        tasksPerPayment: followUps.length + 1,
      };
    case 'hardened':
      return {
        name: 'workers of audit, risk, notifications and analytics',
        workers: effectWorkers,
        queueSize: 4 * effectWorkers,
        serviceMs: mean(...followUps) / followUps.length,
        tasksPerPayment: followUps.length,
      };
    default:
      return undefined;
  }
}

/** Where a system stops keeping up: the first step at which over one attempt in a hundred fails. */
const kneeShare = 0.01;

/** Longest 99th percentile of the time to pay, in ms. */
const objectiveMs = 400;

export const scale: ScaleScenario<Payments> = {
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
    { name: 'timeToPayP50', label: 'p50', unit: 'ms' },
    { name: 'timeToPayP99', label: 'p99', unit: 'ms' },
    { name: 'samples', label: 'of payments', unit: 'count' },
    { name: 'webhookP99', label: 'webhook p99', unit: 'ms' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted loss', unit: 'ratio' },
    { name: 'failedAttempts', label: 'attempts failed', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { measured, durationMs, seconds } = phase;
    const pool = bottleneck(implementation, settings);
    const predicted =
      pool && predictPool({ ...pool, ratePerSecond: ratePerSecond * pool.tasksPerPayment });
    // The first half of a step fills the queues; the second is what is measured.
    const steady = seconds.filter(({ atMs }) => atMs > durationMs / 2 && atMs <= durationMs);
    const inSteady = (of: (values: Step['phase']['seconds'][number]['values']) => number): number =>
      sum(steady.map(({ values }) => of(values)));
    const length = durationMs / 2_000;
    const attempts = inSteady(({ orders, customerRetries }) => orders + customerRetries);
    const failed = inSteady(
      ({ failedAttempts, timedOutAttempts }) => failedAttempts + timedOutAttempts,
    );
    return {
      multiplier,
      offered: inSteady(({ orders }) => orders) / length,
      answered: inSteady(({ paid, declined }) => paid + declined) / length,
      timeToPayP50: measured.timeToPay.p50,
      timeToPayP99: measured.timeToPay.p99,
      webhookP99: measured.webhookToHealthy.p99,
      samples: measured.timeToPay.count,
      utilisation: predicted?.utilisation,
      predictedLoss: predicted?.dropRatio,
      failedAttempts: attempts === 0 ? undefined : failed / attempts,
    };
  },

  conclude(rows, settings, implementation) {
    const knee = kneeOf(rows, 'failedAttempts', kneeShare);
    const slow = kneeOf(rows, 'timeToPayP99', objectiveMs);
    const last = rows.at(-1)?.['multiplier'];
    const carried = rows.filter(
      (row) =>
        (row['timeToPayP99'] ?? Infinity) < objectiveMs &&
        (row['failedAttempts'] ?? Infinity) <= kneeShare,
    );
    const most = Math.max(0, ...carried.map(({ multiplier = 0 }) => multiplier));
    const pool = bottleneck(implementation, settings);
    const isHardened = implementation === 'hardened';
    const found = [
      knee === undefined
        ? `No step up to ${last} x loses more than 1 % of its attempts.`
        : `From ${knee} x on more than 1 % of the attempts fail.`,
      slow === undefined
        ? `Paying stays under ${objectiveMs} ms at the 99th percentile at every step.`
        : `From ${slow} x on paying takes over ${objectiveMs} ms at the 99th percentile.`,
    ];
    if (pool === undefined) {
      found.push(`What ${implementation} is made of is not known here, so nothing is predicted.`);
    } else {
      const predictedKnee = kneeOf(rows, 'predictedLoss', kneeShare);
      found.push(
        `Its tightest pool is the ${pool.name}: ${pool.workers}, held for ${Math.round(pool.serviceMs)} ms a task; by M/M/c/K ` +
          (predictedKnee === undefined
            ? 'none of the steps fills it.'
            : `it is full from ${predictedKnee} x on.`),
      );
    }
    const suggestion =
      pool === undefined || most === 0 || last === undefined || knee === undefined
        ? undefined
        : planFor(pool, 2 * most * basePerSecond(settings));
    if (suggestion !== undefined) {
      found.push(
        `For ${2 * most} times the base load at 70 % utilisation plan ${suggestion.workers} of them and a queue of ${suggestion.queueSize}.`,
      );
    }
    return {
      note: found.join(' '),
      checks: isHardened
        ? [
            {
              name: 'fifty-times',
              title: 'fifty times the base load is carried within the objective',
              kind: 'objective',
              expected: `p99 under ${objectiveMs} ms and at most 1 % of attempts failed, at 50 x`,
              observed: `carried up to ${most} x`,
              ok: most >= 50,
            },
          ]
        : [],
    };
  },
  next: '--scenario=story --report=report.html',
};

const planFor = (pool: Bottleneck, paymentsPerSecond: number) =>
  planCapacity({
    ratePerSecond: paymentsPerSecond * pool.tasksPerPayment,
    serviceMs: pool.serviceMs,
    burstFactor: 3,
    maxUtilisation: 0.7,
  });
