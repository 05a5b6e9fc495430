import { adaptiveRule } from '../guide/patterns.ts';
import type { LimitController, LoadWindow, PoolLimits } from './limit-controller.ts';

/**
 * The guide's rule: when more than 5 % have been dropped for five minutes, workers and queue grow by
 * a fifth, and the five minutes begin anew. It never shrinks, and it knows nothing of a dependency
 * that gets slower the more is asked of it.
 */
export function guideController(initial: PoolLimits): LimitController {
  const { dropRatioAbove, sustainedMs, workersFactor, queueFactor } = adaptiveRule;
  let limits = initial;
  let aboveMs = 0;
  return {
    name: 'rule: 5 % for 5 min, x 1.2',
    get limits() {
      return limits;
    },
    observe({ arrived, dropped, durationMs }: LoadWindow) {
      aboveMs = arrived > 0 && dropped / arrived > dropRatioAbove ? aboveMs + durationMs : 0;
      if (aboveMs < sustainedMs) return limits;
      aboveMs = 0;
      limits = {
        workers: Math.ceil(limits.workers * workersFactor * (1 - 1e-12)),
        queueSize: Math.ceil(limits.queueSize * queueFactor * (1 - 1e-12)),
      };
      return limits;
    },
  };
}

/** Never changes anything: what the others are compared with. */
export function fixedController(limits: PoolLimits): LimitController {
  return { name: 'fixed', limits, observe: () => limits };
}
