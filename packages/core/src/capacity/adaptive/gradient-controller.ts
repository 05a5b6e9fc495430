import { requireBetween, requireCount } from '../checks.ts';
import type { LimitController, LoadWindow, PoolLimits } from './limit-controller.ts';

/** Where the limits of a pool begin, how far they may go, and how fast they follow. */
export interface GradientOptions {
  readonly initial: PoolLimits;
  /** Fewest and most workers. */
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Queue places for each worker. */
  readonly burstFactor: number;
  /** How much slower than usual is still fine. Default 1.5. */
  readonly tolerance?: number;
  /** Weight of a new limit against the one before, 0 to 1. Default 0.2. */
  readonly smoothing?: number;
  /** Windows over which "usual" is averaged. Default 600. */
  readonly longWindows?: number;
}

/**
 * The gradient limit of Netflix concurrency-limits (`Gradient2Limit`, 2018; "Performance Under
 * Load", Netflix technology blog): next = limit x gradient + sqrt(limit), with the gradient the
 * tolerated over the current latency, long average x tolerance / latency, kept between 0.5 and 1.
 * A latency that rises with the limit brings the limit down; one that does not lets it creep up to
 * what the load needs. Nothing changes while less than half of the limit is in use.
 *
 * What a limit may grow by is a constant 4 there, or a function of the limit, such as this root.
 *
 * The limit is here the number of workers, and the latency the time of the handlers: with the wait
 * in it, the pool's own queue would count as congestion of the dependency. As in the original, the
 * long average is pulled down by 5 % at a time when it is more than twice the current latency, so
 * that a long outage does not stay the measure of what is usual.
 *
 * @throws RangeError naming the option: workers that are no whole numbers of at least 1 in their order,
 *   and a smoothing that is not above 0 and at most 1
 */
export function gradientController(options: GradientOptions): LimitController {
  const { minWorkers, maxWorkers, burstFactor } = options;
  const { tolerance = 1.5, smoothing = 0.2, longWindows = 600 } = options;
  requireCount('minWorkers', minWorkers, 1);
  requireCount('maxWorkers', maxWorkers, minWorkers);
  requireBetween('smoothing', smoothing, 0, 1);
  let limit = options.initial.workers;
  let limits = options.initial;
  const usual = longAverage(longWindows);
  return {
    name: 'gradient (Netflix Gradient2)',
    get limits() {
      return limits;
    },
    observe({ latencyMs, inFlight }: LoadWindow) {
      if (!(latencyMs > 0)) return limits;
      const longMs = usual.add(latencyMs);
      if (inFlight < limit / 2) return limits;
      const gradient = Math.min(1, Math.max(0.5, (tolerance * longMs) / latencyMs));
      const wanted = limit * gradient + Math.sqrt(limit);
      limit = Math.min(
        maxWorkers,
        Math.max(minWorkers, limit * (1 - smoothing) + wanted * smoothing),
      );
      const workers = Math.floor(limit);
      if (workers !== limits.workers) {
        limits = { workers, queueSize: Math.floor(workers * burstFactor * (1 + 1e-12)) };
      }
      return limits;
    },
  };
}

/** An exponential average that starts as a plain one, over its first ten values. */
function longAverage(windows: number): { add(value: number): number } {
  const warmUp = 10;
  let count = 0;
  let value = 0;
  return {
    add(sample) {
      count += 1;
      value += (sample - value) * (count <= warmUp ? 1 / count : 2 / (windows + 1));
      if (value > 2 * sample) value *= 0.95;
      return value;
    },
  };
}
