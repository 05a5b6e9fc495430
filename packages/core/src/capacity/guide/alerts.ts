import { requireCount, requirePositive } from '../checks.ts';
import { workedConfigurations } from './worked-configurations.ts';

/** When an operator is to be told. */
export interface AlertThresholds {
  /** Share of events dropped. */
  readonly dropRatio: number;
  /** Time of an emit, in microseconds. */
  readonly emitMicros: number;
  /** Tasks that wait: 80 % of the queue. */
  readonly queueDepth: number;
  /** Lowest share of the workers' time in use under full load. */
  readonly efficiency: number;
  /** The worked configuration from which drop rate and emit latency are taken. */
  readonly like: string;
}

/** Of the queue's capacity; the guide alerts at 12 of 15. */
const depthShare = 0.8;
const efficiency = 0.75;

/**
 * Alert thresholds after the guide, which gives them case by case: drop rate and emit latency are
 * those of the worked configuration whose processing time is nearest, by ratio.
 *
 * @throws RangeError that names the option and the value
 */
export function alertThresholds(pool: {
  readonly processingMs: number;
  readonly queueSize: number;
}): AlertThresholds {
  requirePositive('processingMs', pool.processingMs);
  requireCount('queueSize', pool.queueSize, 0);
  const distance = (processingMs: number): number =>
    Math.abs(Math.log(processingMs / pool.processingMs));
  const [nearest] = workedConfigurations.toSorted(
    (a, b) => distance(a.processingMs) - distance(b.processingMs),
  );
  return {
    dropRatio: nearest?.dropRateAlert ?? 0.01,
    emitMicros: nearest?.latencyAlertMicros ?? 5,
    queueDepth: Math.max(1, Math.floor(pool.queueSize * depthShare * (1 + 1e-12))),
    efficiency,
    like: nearest?.scenario ?? '',
  };
}
