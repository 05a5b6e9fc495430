import type { PoolLoad } from './pool-load.ts';
import { type PoolPrediction, predictPool, waitQuantileMs } from './predict-pool.ts';

/** The load of a plan: what a pool is to carry, without the pool. */
export type PlannedLoad = Omit<PoolLoad, 'workers' | 'queueSize'>;

/** What a pool has to keep. */
export interface CapacityTargets {
  /** Highest share of events that may be dropped at the peak, above 0, below 1. */
  readonly dropRatio: number;
  /** Longest wait in ms at the peak, of the share `waitPercentile` of the admitted tasks. */
  readonly waitMs?: number;
  /** 50 to below 100. Default 99. */
  readonly waitPercentile?: number;
}

/** A pool of a plan, and what is to be expected of it. */
export interface PlannedPool {
  readonly workers: number;
  readonly queueSize: number;
  /** Workers / (handlers x service time): events a second that keep all busy, with nothing to spare. */
  readonly maxRatePerSecond: number;
  readonly normal: PoolPrediction;
  /** Under the rate at the peak, for as long as it lasts. */
  readonly peak: PoolPrediction;
  /** Whether it keeps the targets at the peak; undefined when the plan has none. */
  readonly meetsTargets?: boolean;
}

/** The predictions for a pool of this size. */
export function plannedPool(
  load: PlannedLoad,
  peakMultiplier: number,
  size: { readonly workers: number; readonly queueSize: number },
  targets?: CapacityTargets,
): PlannedPool {
  const atPeak = { ...load, ...size, ratePerSecond: load.ratePerSecond * peakMultiplier };
  const peak = predictPool(atPeak);
  return {
    ...size,
    maxRatePerSecond: (size.workers * 1_000) / (load.serviceMs * (load.handlers ?? 1)),
    normal: peakMultiplier === 1 ? peak : predictPool({ ...load, ...size }),
    peak,
    ...(targets === undefined
      ? {}
      : {
          meetsTargets: peak.dropRatio <= targets.dropRatio && keepsWait(atPeak, targets, peak),
        }),
  };
}

/** Whether the wait under this load is as short as the targets want it. */
export function keepsWait(
  load: PoolLoad,
  { waitMs, waitPercentile = 99 }: CapacityTargets,
  prediction: PoolPrediction,
): boolean {
  if (waitMs === undefined) return true;
  const wait =
    waitPercentile === 99 ? prediction.waitP99Ms : waitQuantileMs(load, waitPercentile / 100);
  return wait <= waitMs;
}
