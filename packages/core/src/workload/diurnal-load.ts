import {
  checkDuration,
  checkRate,
  describeDuration,
  describeRate,
  type LoadProfile,
} from './load-profile.ts';

/**
 * A rate that rises and falls like a day: mean x (1 + amplitude x cos(2 pi (t - peak) / period)).
 * `amplitude` is between 0 (flat) and 1 (down to nothing); the peak is half a period in unless
 * `peakAtMs` says otherwise.
 *
 * @throws RangeError naming the option: a rate or a time that is no finite number, or too small, and an
 *   amplitude that is not between 0 and 1
 */
export function diurnalLoad(options: {
  readonly meanPerSecond: number;
  readonly amplitude: number;
  readonly periodMs: number;
  readonly durationMs: number;
  readonly peakAtMs?: number;
}): LoadProfile {
  const { meanPerSecond, amplitude, periodMs, durationMs, peakAtMs = periodMs / 2 } = options;
  checkRate('meanPerSecond', meanPerSecond);
  checkDuration('periodMs', periodMs);
  checkDuration('durationMs', durationMs);
  if (!(amplitude >= 0 && amplitude <= 1)) {
    throw new RangeError(`amplitude must be between 0 and 1, got ${amplitude}`);
  }
  if (!Number.isFinite(peakAtMs)) {
    throw new RangeError(`peakAtMs must be a finite number of ms, got ${peakAtMs}`);
  }
  const maxRatePerSecond = meanPerSecond * (1 + amplitude);
  return {
    durationMs,
    ratePerSecond: (elapsedMs) =>
      meanPerSecond * (1 + amplitude * cosineOfTurns((elapsedMs - peakAtMs) / periodMs)),
    maxRatePerSecond,
    description:
      `${describeRate(meanPerSecond * (1 - amplitude))} to ${describeRate(maxRatePerSecond)} ` +
      `every ${describeDuration(periodMs)} for ${describeDuration(durationMs)}`,
    pieces: [
      {
        fromMs: 0,
        toMs: durationMs,
        maxRatePerSecond,
        straightForMs: Math.max(shortestChordMs, periodMs / chordsInPeriod),
      },
    ],
  };
}

/** A wave cut into so many chords is within (2 pi / 720)^2 / 8, one in a hundred thousand, of its height. */
const chordsInPeriod = 720;
/** No chord is shorter: a wave that swings within milliseconds moves no arrival by more. */
const shortestChordMs = 0.1;

/**
 * cos(2 pi x) from the four basic operations alone, within 1e-15 and never outside [-1, 1]:
 * ECMAScript leaves the last bits of `Math.cos` to the platform, and one bit could admit an arrival
 * on one machine and thin it out on another.
 */
export function cosineOfTurns(x: number): number {
  const fromHalf = Math.abs(x - Math.floor(x) - 0.5);
  const isFarHalf = fromHalf < 0.25;
  const angle = 2 * Math.PI * (isFarHalf ? fromHalf : 0.5 - fromHalf);
  const square = angle * angle;
  let sum = 1;
  for (let k = 24; k >= 2; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return isFarHalf ? -sum : sum;
}
