import { requireBetween, requireCount, requirePositive } from './checks.ts';
import {
  type CapacityTargets,
  keepsWait,
  type PlannedLoad,
  type PlannedPool,
  plannedPool,
} from './planned-pool.ts';
import { resolveLoad } from './pool-load.ts';
import { type PoolPrediction, predictPool } from './predict-pool.ts';
import { type PoolSize, smallestPool } from './smallest-pool.ts';

/** What a pool is to carry, and what it has to keep. */
export interface CapacityNeeds extends PlannedLoad {
  /** Queue places for each worker: see `burstBands`. */
  readonly burstFactor: number;
  /** The highest rate over `ratePerSecond`, at least 1. Default 1: the rate is the peak already. */
  readonly peakMultiplier?: number;
  /** Highest utilisation that is wanted, 0 to 1. Default 1, the rule of thumb without any reserve. */
  readonly maxUtilisation?: number;
  /** Default 1. */
  readonly minWorkers?: number;
  readonly targets?: CapacityTargets;
}

/** A plan. Its own sizes are those that meet the targets, or the rule's when there are none. */
export interface CapacityPlan extends PlannedPool {
  /** What the rule of thumb gives, and what comes of it. */
  readonly rule: PlannedPool;
  /** What meets the targets; undefined when there are none, or when nothing within reach does. */
  readonly targeted?: PlannedPool;
}

/**
 * Workers = ceiling(peak rate x service time / utilisation), queue = floor(workers x burst factor).
 *
 * The first is Little's law (1961) for busy workers, the second a rule of thumb. At a utilisation of
 * 1 the rule leaves no reserve: with random arrivals such a pool drops work, see `predictPool`.
 *
 * @throws RangeError that names the option and the value
 */
export function sizeByRule(needs: Omit<CapacityNeeds, 'targets'>): PoolSize {
  const { ratePerSecond, serviceMs, handlers = 1, burstFactor } = needs;
  const { peakMultiplier = 1, maxUtilisation = 1, minWorkers = 1 } = needs;
  requirePositive('ratePerSecond', ratePerSecond);
  requirePositive('serviceMs', serviceMs);
  requireCount('handlers', handlers, 1);
  requirePositive('burstFactor', burstFactor);
  requireBetween('maxUtilisation', maxUtilisation, 0, 1);
  requireCount('minWorkers', minWorkers, 1);
  requirePeak(peakMultiplier);
  const busy = (ratePerSecond * peakMultiplier * serviceMs * handlers) / 1_000;
  // Rounding must not turn 20 workers into 21, nor 15 places into 14.
  const workers = Math.max(minWorkers, Math.ceil((busy / maxUtilisation) * (1 - 1e-12)));
  return { workers, queueSize: Math.floor(workers * burstFactor * (1 + 1e-12)) };
}

/**
 * Sizes a pool: by the rule of thumb, and, given targets, the fewest workers that keep them at the
 * peak, each with what it is expected to do.
 *
 * @throws RangeError that names the option and the value
 */
export function planCapacity(needs: CapacityNeeds): CapacityPlan {
  const { peakMultiplier = 1, targets } = needs;
  const load = loadOf(needs);
  const rule = plannedPool(load, peakMultiplier, sizeByRule(needs), targets);
  if (targets === undefined) return { ...rule, rule };
  requireTargets(targets);
  const size = sizeForTargets(needs, targets);
  if (size === undefined) return { ...rule, rule };
  const targeted = plannedPool(load, peakMultiplier, size, targets);
  return { ...targeted, rule, targeted };
}

function sizeForTargets(needs: CapacityNeeds, targets: CapacityTargets): PoolSize | undefined {
  const { burstFactor, peakMultiplier = 1, maxUtilisation = 1, minWorkers = 1 } = needs;
  const load = loadOf(needs);
  const atPeak = { ...load, ratePerSecond: load.ratePerSecond * peakMultiplier };
  const { offered } = resolveLoad({ ...atPeak, workers: 1, queueSize: 0 });
  const predict = remembered((size) => predictPool({ ...atPeak, ...size }));
  // Fewer workers drop too much even if nothing varies, or are busier than wanted.
  const busy = maxUtilisation < 1 ? offered / maxUtilisation : offered * (1 - targets.dropRatio);
  return smallestPool(
    {
      dropsFewEnough: (size) => predict(size).dropRatio <= targets.dropRatio,
      waitsShortEnough: (size) => keepsWait({ ...atPeak, ...size }, targets, predict(size)),
    },
    {
      leastWorkers: Math.max(1, minWorkers, Math.ceil(busy * (1 - 1e-12))),
      mostWorkers: Math.ceil(10 * offered) + 1_000,
      mayLengthen: targets.waitMs !== undefined,
      preferredQueue: (workers) => Math.floor(workers * burstFactor * (1 + 1e-12)),
    },
  );
}

/** What of the needs describes the load, and not the plan. */
function loadOf(needs: CapacityNeeds): PlannedLoad {
  const { burstFactor: _, peakMultiplier: __, maxUtilisation: ___, ...rest } = needs;
  const { minWorkers: ____, targets: _____, ...load } = rest;
  return load;
}

function remembered(predict: (size: PoolSize) => PoolPrediction): typeof predict {
  const known = new Map<string, PoolPrediction>();
  return (size) => {
    const key = `${size.workers} ${size.queueSize}`;
    const prediction = known.get(key) ?? predict(size);
    known.set(key, prediction);
    return prediction;
  };
}

function requirePeak(peakMultiplier: number): void {
  if (peakMultiplier >= 1 && peakMultiplier < Infinity) return;
  throw new RangeError(
    `Failed to plan capacity: peakMultiplier is ${peakMultiplier}. ` +
      'Use the highest rate over the usual one, at least 1.',
  );
}

function requireTargets({ dropRatio, waitMs, waitPercentile = 99 }: CapacityTargets): void {
  if (!(dropRatio > 0 && dropRatio < 1)) {
    throw new RangeError(
      `Failed to plan capacity: targets.dropRatio is ${dropRatio}. Use a share above 0, below 1.`,
    );
  }
  if (waitMs !== undefined) requirePositive('targets.waitMs', waitMs);
  if (!(waitPercentile >= 50 && waitPercentile < 100)) {
    throw new RangeError(
      `Failed to plan capacity: targets.waitPercentile is ${waitPercentile}. ` +
        'Use a number of at least 50, below 100.',
    );
  }
}
