import { requireCount } from './checks.ts';
import { maxExactWorkers, waitByLittle } from './general-pool.ts';
import { solveLongQueue } from './long-queue.ts';
import { type PoolPrediction, predictPool } from './predict-pool.ts';
import { solveTwoPhasePool } from './two-phase-pool.ts';

/** One kind of work. */
export interface WorkClass {
  readonly ratePerSecond: number;
  /** Mean service time in ms; exponential. */
  readonly serviceMs: number;
}

/** Two kinds of work, and the workers and queue places that there are for both. */
export interface PartitionNeeds {
  readonly fast: WorkClass;
  readonly slow: WorkClass;
  /** To be shared, or to be divided. At least 2. */
  readonly workers: number;
  readonly queueSize: number;
}

/** What one kind of work meets. */
export interface ClassOutcome {
  readonly dropRatio: number;
  readonly meanWaitMs: number;
  /** Mean of wait and service over service: 1 is no wait at all. */
  readonly slowdown: number;
}

/** One pool beside two of the same total size, for each kind of work. */
export interface PartitionComparison {
  /** One pool: both kinds wait in one queue, and meet the same. */
  readonly shared: { readonly fast: ClassOutcome; readonly slow: ClassOutcome };
  /** Two pools with the same workers and queue places in all. */
  readonly split: {
    readonly fast: ClassOutcome;
    readonly slow: ClassOutcome;
    readonly fastWorkers: number;
    readonly fastQueue: number;
  };
  /** By `bestArrangement`, of what is predicted. */
  readonly better: 'shared' | 'split';
  /** What splitting costs or brings the slow work, and the fast, in a sentence. */
  readonly reason: string;
}

/**
 * Whether fast and slow work are better off in one pool or in two of the same total size.
 *
 * One pool wins when all its work is alike: no worker is idle while anything waits. It loses when
 * the slow work is so much slower that fast work waits behind it for many times its own length. With
 * exponential times of two means, the shared pool is an M/H2/c/K queue and solved exactly, up to 32
 * workers; the division of workers (and of the queue, in proportion) is the best of all.
 *
 * @throws RangeError that names the option and the value
 */
export function comparePartition(needs: PartitionNeeds): PartitionComparison {
  const { fast, slow, queueSize } = needs;
  const workers = requireCount('workers', needs.workers, 2);
  requireCount('queueSize', queueSize, 0);
  const shared = sharedOutcome(needs);
  let split = splitOutcome(needs, 1);
  for (let fastWorkers = 2; fastWorkers < workers; fastWorkers += 1) {
    const candidate = splitOutcome(needs, fastWorkers);
    if (isBetter(needs, candidate, split)) split = candidate;
  }
  const better = bestArrangement(needs, [
    ['shared', shared],
    ['split', split],
  ]);
  return {
    shared,
    split,
    better,
    reason:
      `In one pool fast work takes ${times(shared.fast)} its own length and slow work ` +
      `${times(shared.slow)}; in two, ${times(split.fast)} and ${times(split.slow)}. ` +
      `Slow work is ${(slow.serviceMs / fast.serviceMs).toFixed(1)} times as long.`,
  };
}

function times(outcome: ClassOutcome): string {
  return `${outcome.slowdown.toFixed(2)} times`;
}

/** What both kinds of work meet in one arrangement. */
export interface Outcomes {
  readonly fast: ClassOutcome;
  readonly slow: ClassOutcome;
}

/**
 * The best of several arrangements: the one that drops the fewest events in all, or as many (within a
 * tenth of a percent) with the smallest slowdown of the average event.
 *
 * @param arrangements at least one
 */
export function bestArrangement<Name extends string>(
  needs: Pick<PartitionNeeds, 'fast' | 'slow'>,
  arrangements: readonly (readonly [Name, Outcomes])[],
): Name {
  const [best] = arrangements.reduce((found, other) =>
    isBetter(needs, other[1], found[1]) ? other : found,
  );
  return best;
}

/**
 * What a kind of work meets, with its slowdown: the mean of wait and service over that of service.
 *
 * @param meanWaitMs of what was admitted
 */
export function classOutcome(
  { serviceMs }: WorkClass,
  { dropRatio, meanWaitMs }: { readonly dropRatio: number; readonly meanWaitMs: number },
): ClassOutcome {
  return { dropRatio, meanWaitMs, slowdown: (meanWaitMs + serviceMs) / serviceMs };
}

function isBetter(
  needs: Pick<PartitionNeeds, 'fast' | 'slow'>,
  one: Outcomes,
  other: Outcomes,
): boolean {
  const difference = overall(needs, one, 'dropRatio') - overall(needs, other, 'dropRatio');
  if (Math.abs(difference) > 0.001) return difference < 0;
  return overall(needs, one, 'slowdown') < overall(needs, other, 'slowdown');
}

/** Mean over all events. */
function overall(
  { fast, slow }: Pick<PartitionNeeds, 'fast' | 'slow'>,
  outcomes: Outcomes,
  figure: 'dropRatio' | 'slowdown',
): number {
  return (
    (fast.ratePerSecond * outcomes.fast[figure] + slow.ratePerSecond * outcomes.slow[figure]) /
    (fast.ratePerSecond + slow.ratePerSecond)
  );
}

function splitOutcome(
  { fast, slow, workers, queueSize }: PartitionNeeds,
  fastWorkers: number,
): PartitionComparison['split'] {
  const fastQueue = Math.round((queueSize * fastWorkers) / workers);
  return {
    fast: alone(fast, fastWorkers, fastQueue),
    slow: alone(slow, workers - fastWorkers, queueSize - fastQueue),
    fastWorkers,
    fastQueue,
  };
}

function alone(work: WorkClass, workers: number, queueSize: number): ClassOutcome {
  return classOutcome(work, predictPool({ ...work, workers, queueSize }));
}

function sharedOutcome({ fast, slow, workers, queueSize }: PartitionNeeds): Outcomes {
  const rate = fast.ratePerSecond + slow.ratePerSecond;
  const meanMs = (fast.ratePerSecond * fast.serviceMs + slow.ratePerSecond * slow.serviceMs) / rate;
  const pool = workers <= maxExactWorkers ? exactShared() : predictedShared();
  return { fast: classOutcome(fast, pool), slow: classOutcome(slow, pool) };

  function exactShared(): Pick<PoolPrediction, 'dropRatio' | 'meanWaitMs'> {
    const phases = {
      startsInFirst: slow.ratePerSecond / rate,
      firstPerMs: 1 / slow.serviceMs,
      secondPerMs: 1 / fast.serviceMs,
      continues: 0,
    };
    const offered = (rate * meanMs) / 1_000;
    const { dropRatio, stages } = solveLongQueue(
      (places) => solveTwoPhasePool(rate / 1_000, phases, workers, places),
      queueSize,
    );
    return { dropRatio, meanWaitMs: waitByLittle(offered, dropRatio, stages, queueSize) * meanMs };
  }

  function predictedShared(): Pick<PoolPrediction, 'dropRatio' | 'meanWaitMs'> {
    const square =
      (2 * (fast.ratePerSecond * fast.serviceMs ** 2 + slow.ratePerSecond * slow.serviceMs ** 2)) /
      rate;
    return predictPool({
      ratePerSecond: rate,
      serviceMs: meanMs,
      workers,
      queueSize,
      serviceVariation: Math.sqrt(Math.max(1, square / meanMs ** 2 - 1)),
      serviceShape: 'hyperexponential',
    });
  }
}
