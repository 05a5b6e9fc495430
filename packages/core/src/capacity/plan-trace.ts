import { requireBetween, requirePositive } from './checks.ts';
import type { CapacityTargets } from './planned-pool.ts';
import { type RecordedWork, type ReplayResult, replayPool } from './replay-pool.ts';
import { type PoolSize, smallestPool } from './smallest-pool.ts';

/**
 * The smallest pool that would have kept the targets over the whole of recorded work, found by
 * replaying it: no assumption about how arrivals and service times vary is left.
 *
 * @returns undefined when no pool within reach would have
 * @throws RangeError that names the option and the value
 */
export function sizeForRecorded(
  work: RecordedWork,
  needs: { readonly burstFactor: number; readonly targets: CapacityTargets },
): PoolSize | undefined {
  const { burstFactor, targets } = needs;
  const { waitMs, waitPercentile = 99 } = targets;
  requirePositive('burstFactor', burstFactor);
  requireBetween('targets.dropRatio', targets.dropRatio, 0, 1);
  const known = new Map<string, ReplayResult>();
  const replay = (size: PoolSize): ReplayResult => {
    const key = `${size.workers} ${size.queueSize}`;
    const result = known.get(key) ?? replayPool(work, size);
    known.set(key, result);
    return result;
  };
  return smallestPool(
    {
      dropsFewEnough: (size) => replay(size).dropRatio <= targets.dropRatio,
      waitsShortEnough: (size) =>
        waitMs === undefined || quantile(replay(size), waitPercentile / 100) <= waitMs,
    },
    {
      leastWorkers: 1,
      mostWorkers: 100_000,
      preferredQueue: (workers) => Math.floor(workers * burstFactor * (1 + 1e-12)),
    },
  );
}

function quantile({ waitsMs, arrived, dropped }: ReplayResult, share: number): number {
  const admitted = arrived - dropped;
  return waitsMs.toSorted()[Math.max(0, Math.ceil(share * admitted) - 1)] ?? 0;
}
