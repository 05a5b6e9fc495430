import { adaptiveRule } from '../guide/patterns.ts';
import type { LimitController, LoadWindow, PoolLimits } from './limit-controller.ts';

/** The drop rate is that of a minute: in shorter windows chance alone would interrupt the five. */
const minuteMs = 60_000;

/**
 * The guide's rule: when more than 5 % are dropped in each of five minutes on end, workers and queue
 * grow by a fifth, and the five minutes begin anew. It never shrinks, and it knows nothing of a
 * dependency that gets slower the more is asked of it.
 */
export function guideController(initial: PoolLimits): LimitController {
  const { dropRatioAbove, sustainedMs, workersFactor, queueFactor } = adaptiveRule;
  let limits = initial;
  let aboveMs = 0;
  let minute = { arrived: 0, dropped: 0, durationMs: 0 };
  return {
    name: 'rule: 5 % for 5 min, x 1.2',
    get limits() {
      return limits;
    },
    observe({ arrived, dropped, durationMs }: LoadWindow) {
      minute = {
        arrived: minute.arrived + arrived,
        dropped: minute.dropped + dropped,
        durationMs: minute.durationMs + durationMs,
      };
      if (minute.durationMs < minuteMs) return limits;
      const isAbove = minute.dropped > dropRatioAbove * minute.arrived;
      aboveMs = isAbove ? aboveMs + minute.durationMs : 0;
      minute = { arrived: 0, dropped: 0, durationMs: 0 };
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
