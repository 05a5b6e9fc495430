import { planCapacity, predictPool } from '@firedrill/core/capacity';
import {
  formatValue,
  isNextStep,
  kneeOf,
  type Row,
  type ScaleScenario,
  type ScaleStep,
} from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { wishes } from '../clients.ts';
import { latencies } from '../services/latencies.ts';
import { basePerSecond, type Settings } from '../settings.ts';
import type { Clinics } from '../types.ts';

type Step = ScaleStep<Clinics>;

const stepMs = 5_000;

/** The first part of a step fills the queues; the rest is what is measured. */
const steadyMs = 3_000;

const mean = (service: keyof typeof latencies): number => meanLatencyMs(latencies[service]);

/** The pool that decides how much an implementation can carry, from the settings alone. */
interface Bottleneck {
  readonly name: string;
  readonly workers: number;
  readonly queueSize: number;
  /** Mean time that one task holds a worker. */
  readonly serviceMs: number;
  /** Tasks that each request brings. */
  readonly tasksPerRequest: number;
}

/** How often a request borrows a connection, and for how many trips to which database in all. */
interface Borrowing {
  readonly tasks: number;
  readonly store: number;
  readonly records: number;
}

/** On the hardened platform each statement borrows for itself, and a transaction until its commit. */
const borrowings = {
  read: { tasks: 2, store: 1, records: 1 },
  update: { tasks: 3, store: 1, records: 2 },
  // The slot is read; then begin, entry, appointment, reminder, commit.
  book: { tasks: 2, store: 6, records: 0 },
  erase: { tasks: 2, store: 1, records: 1 },
} as const satisfies Record<string, Borrowing>;

/** A denial is an entry, and nothing else; an emergency commits the order of its review, too. */
const denial: Borrowing = { tasks: 1, store: 1, records: 0 };
const emergency: Borrowing = { tasks: 2, store: 4, records: 1 };

/** What a request of the usual mix borrows on average. */
function meanBorrowing({ snoopShare, emergencyShare }: Settings): Borrowing {
  const usualShare = 1 - snoopShare - emergencyShare;
  const parts = [
    ...wishes.map(({ share, kind }) => ({ share: usualShare * share, ...borrowings[kind] })),
    { share: snoopShare, ...denial },
    { share: emergencyShare, ...emergency },
  ];
  const sum = (of: keyof Borrowing): number =>
    parts.reduce((total, part) => total + part.share * part[of], 0);
  return { tasks: sum('tasks'), store: sum('store'), records: sum('records') };
}

/** Statements that a request makes with direct calls: one, and another where it changes something. */
const directStatements =
  1 + wishes.reduce((sum, { kind, share }) => sum + (kind === 'update' ? share : 0), 0);

/** The tightest pool of an implementation whose calls are known; `undefined` of any other. */
function bottleneck(implementation: string, settings: Settings): Bottleneck | undefined {
  const workers = settings.processes * settings.connections;
  const pool = { name: 'database connections', workers, queueSize: 5 * workers };
  const statementsMs = directStatements * mean('records');
  if (implementation === 'direct-calls') {
    return { ...pool, serviceMs: statementsMs + mean('audit'), tasksPerRequest: 1 };
  }
  if (['floating-promises', 'buffer', 'hooks'].includes(implementation)) {
    return { ...pool, serviceMs: statementsMs, tasksPerRequest: 1 };
  }
  if (implementation !== 'hardened') return undefined;
  const { tasks, store, records } = meanBorrowing(settings);
  const busyMs = store * mean('store') + records * mean('records');
  return { ...pool, serviceMs: busyMs / tasks, tasksPerRequest: tasks };
}

/** Where a system stops keeping up: the first step at which over one in a hundred is lost. */
const kneeDropRatio = 0.01;

/** The load that the recommended configuration is for, times the base, and how full it may be. */
const targetMultiplier = 50;
const maxUtilisation = 0.7;

export const scale: ScaleScenario<Clinics> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [
    'No faults, only load: each step starts afresh and lasts 5 s, of which the last 3 are measured. Beside',
    'that stands what queueing theory predicts from the settings alone (M/M/c/K at the tightest pool).',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: basePerSecond,
  multipliers: [1, 10, 50, 100, 200, 300, 400, 600, 800],
  stepMs,
  columns: [
    { name: 'multiplier', label: 'x base', unit: 'count' },
    { name: 'offered', label: 'offered', unit: 'per-second' },
    { name: 'answered', label: 'answered', unit: 'per-second' },
    { name: 'answerP50', label: 'p50', unit: 'ms' },
    { name: 'answerP99', label: 'p99', unit: 'ms' },
    { name: 'samples', label: 'of answers', unit: 'count' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted loss', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured loss', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { measured, durationMs, seconds } = phase;
    const pool = bottleneck(implementation, settings);
    const predicted =
      pool && predictPool({ ...pool, ratePerSecond: ratePerSecond * pool.tasksPerRequest });
    const steady = seconds.filter(({ atMs }) => atMs > durationMs - steadyMs && atMs <= durationMs);
    const inSteady = (of: (values: Step['phase']['seconds'][number]['values']) => number): number =>
      steady.reduce((sum, { values }) => sum + of(values), 0);
    const length = steadyMs / 1_000;
    const presses = inSteady((values) => values.presses);
    const lost = inSteady(
      ({ failedAttempts, timedOutAttempts }) => failedAttempts + timedOutAttempts,
    );
    return {
      multiplier,
      offered: inSteady(({ requests }) => requests) / length,
      answered: inSteady(({ answered }) => answered) / length,
      answerP50: measured.timeToAnswer.p50,
      answerP99: measured.timeToAnswer.p99,
      samples: measured.timeToAnswer.count,
      utilisation: predicted?.utilisation,
      predictedLoss: predicted?.dropRatio,
      measuredLoss: presses === 0 ? undefined : lost / presses,
    };
  },

  conclude(rows, settings, implementation) {
    const pool = bottleneck(implementation, settings);
    const knee = kneeOf(rows, 'measuredLoss', kneeDropRatio);
    const predictedKnee = kneeOf(rows, 'predictedLoss', kneeDropRatio);
    const target = targetMultiplier * basePerSecond(settings);
    const atTarget = rows.find(({ multiplier }) => multiplier === targetMultiplier);
    const isHardened = implementation === 'hardened';
    const found = [
      knee === undefined
        ? 'No step loses more than 1 % of its presses.'
        : `From ${knee} x on more than 1 % of the presses fail.`,
    ];
    if (pool === undefined) {
      found.push(`What ${implementation} is made of is not known here, so nothing is predicted.`);
    } else {
      const plan = planCapacity({
        ratePerSecond: target * pool.tasksPerRequest,
        serviceMs: pool.serviceMs,
        burstFactor: 5,
        maxUtilisation,
      });
      found.push(
        `Its tightest pool are the ${pool.name}: ${pool.workers}, held for ${pool.serviceMs.toFixed(1)} ms a task, ${pool.tasksPerRequest.toFixed(1)} tasks a request.`,
        `For ${targetMultiplier} times the base load (${target.toFixed(0)} requests a second) at ${100 * maxUtilisation} % utilisation plan ${plan.workers} of them and a queue of ${plan.queueSize}.`,
      );
    }
    return {
      note: found.join(' '),
      checks: [
        ...(pool === undefined
          ? []
          : [
              {
                name: 'knee-as-predicted',
                title: 'the knee is where queueing theory puts it',
                kind: 'objective' as const,
                expected: `${kneeText(predictedKnee)}, one step more or less`,
                observed: kneeText(knee),
                ok: isNextStep(rows, predictedKnee, knee),
              },
            ]),
        ...(isHardened && atTarget !== undefined
          ? [
              {
                name: 'fifty-times',
                title: 'fifty times the base load is carried within the objective',
                kind: 'objective' as const,
                expected: 'p99 under 500 ms, nothing lost',
                observed: `p99 ${formatValue(atTarget['answerP99'], 'ms')}, ${formatValue(atTarget['measuredLoss'], 'ratio')} lost`,
                ok: (atTarget['answerP99'] ?? Infinity) < 500 && atTarget['measuredLoss'] === 0,
              },
            ]
          : []),
      ],
    };
  },
  next: '--scenario=story',
};

const kneeText = (multiplier: number | undefined): string =>
  multiplier === undefined ? 'beyond the last step' : `at ${multiplier} x`;
