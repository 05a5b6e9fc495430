import {
  checkDuration,
  checkRate,
  describeDuration,
  describeRate,
  type LoadProfile,
} from './load-profile.ts';

/** A rate that goes in a straight line from one value to another, up or down. */
export function rampLoad(options: {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
}): LoadProfile {
  const { fromPerSecond, toPerSecond, durationMs } = options;
  checkRate('fromPerSecond', fromPerSecond);
  checkRate('toPerSecond', toPerSecond);
  checkDuration('durationMs', durationMs);
  const slope = (toPerSecond - fromPerSecond) / durationMs;
  const low = Math.min(fromPerSecond, toPerSecond);
  const high = Math.max(fromPerSecond, toPerSecond);
  return {
    durationMs,
    ratePerSecond: (elapsedMs) => Math.min(high, Math.max(low, fromPerSecond + slope * elapsedMs)),
    maxRatePerSecond: high,
    description:
      `${describeRate(fromPerSecond)} to ${describeRate(toPerSecond)} ` +
      `in ${describeDuration(durationMs)}`,
    pieces: [{ fromMs: 0, toMs: durationMs, maxRatePerSecond: high, straightForMs: Infinity }],
  };
}
