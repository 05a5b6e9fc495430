import { requireBetween, requirePositive } from './checks.ts';
import type { CapacityTargets } from './planned-pool.ts';
import { countReplay, type RecordedWork, replayPool, waitQuantile } from './replay-pool.ts';
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
  const { atMs, serviceMs } = work;
  const mostDropped = Math.floor(targets.dropRatio * atMs.length);
  const spanMs = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
  const busy = serviceMs.reduce((sum, duration) => sum + duration, 0) / spanMs;
  return smallestPool(
    {
      dropsFewEnough: (size) => countReplay(work, size, { mostDropped }) !== undefined,
      waitsShortEnough: (size) =>
        waitMs === undefined ||
        waitQuantile(replayPool(work, size).waitsMs, waitPercentile / 100) <= waitMs,
    },
    {
      // Fewer could not even do the work if it were spread evenly; the rest is the margin for what
      // is still under way at the end of the recording, or dropped because it takes long.
      leastWorkers: Math.max(1, Math.floor(0.5 * busy * (1 - targets.dropRatio))),
      mostWorkers: 100_000,
      mayLengthen: waitMs !== undefined,
      preferredQueue: (workers) => Math.floor(workers * burstFactor * (1 + 1e-12)),
    },
  );
}
