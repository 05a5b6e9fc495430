import {
  checkDuration,
  checkRate,
  describeDuration,
  describeRate,
  type LoadProfile,
} from './load-profile.ts';

/** The same rate throughout. RangeError for a negative rate or an empty duration. */
export function constantLoad(options: {
  readonly ratePerSecond: number;
  readonly durationMs: number;
}): LoadProfile {
  const { ratePerSecond, durationMs } = options;
  checkRate('ratePerSecond', ratePerSecond);
  checkDuration('durationMs', durationMs);
  return {
    durationMs,
    ratePerSecond: () => ratePerSecond,
    maxRatePerSecond: ratePerSecond,
    description: `${describeRate(ratePerSecond)} for ${describeDuration(durationMs)}`,
    pieces: [
      { fromMs: 0, toMs: durationMs, maxRatePerSecond: ratePerSecond, straightForMs: Infinity },
    ],
  };
}
