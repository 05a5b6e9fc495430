import {
  checkDuration,
  checkRate,
  describeDuration,
  describeRate,
  type LoadProfile,
  straightPieces,
} from './load-profile.ts';

/**
 * A base rate with a peak in it. The rate begins to rise at `spikeFromMs` and to fall at `spikeToMs`,
 * each in a straight line over `rampMs` (default 0: at once).
 *
 * @throws RangeError naming the option: a rate or a time that is no finite number, or too small, and a
 *   spike that does not lie within the duration, or ends before it has risen
 */
export function spikeLoad(options: {
  readonly basePerSecond: number;
  readonly peakPerSecond: number;
  readonly durationMs: number;
  readonly spikeFromMs: number;
  readonly spikeToMs: number;
  readonly rampMs?: number;
}): LoadProfile {
  const { basePerSecond, peakPerSecond, durationMs, spikeFromMs, spikeToMs, rampMs = 0 } = options;
  checkRate('basePerSecond', basePerSecond);
  checkRate('peakPerSecond', peakPerSecond);
  checkDuration('durationMs', durationMs);
  if (!(rampMs >= 0 && rampMs < Infinity)) {
    throw new RangeError(`rampMs must be a finite number of ms of at least 0, got ${rampMs}`);
  }
  if (!(spikeFromMs >= 0 && spikeFromMs + rampMs <= spikeToMs && spikeToMs <= durationMs)) {
    throw new RangeError(
      'spikeFromMs and spikeToMs must hold 0 <= spikeFromMs, spikeFromMs + rampMs <= spikeToMs <= ' +
        `durationMs, got ${spikeFromMs} and ${spikeToMs} with rampMs ${rampMs}, durationMs ${durationMs}`,
    );
  }
  const height = peakPerSecond - basePerSecond;
  const share = (elapsedMs: number): number => {
    if (elapsedMs < spikeFromMs || elapsedMs >= spikeToMs + rampMs) return 0;
    if (elapsedMs < spikeFromMs + rampMs) return (elapsedMs - spikeFromMs) / rampMs;
    return elapsedMs < spikeToMs ? 1 : 1 - (elapsedMs - spikeToMs) / rampMs;
  };
  const ratePerSecond = (elapsedMs: number): number => basePerSecond + height * share(elapsedMs);
  const cutsMs = [spikeFromMs, spikeFromMs + rampMs, spikeToMs, spikeToMs + rampMs, durationMs];
  return {
    durationMs,
    ratePerSecond,
    maxRatePerSecond: Math.max(basePerSecond, peakPerSecond),
    description:
      `${describeRate(basePerSecond)} for ${describeDuration(durationMs)}, ` +
      `${describeRate(peakPerSecond)} from ${describeDuration(spikeFromMs)} ` +
      `to ${describeDuration(spikeToMs)}`,
    pieces: straightPieces(
      ratePerSecond,
      cutsMs.map((cutMs) => Math.min(cutMs, durationMs)),
    ),
  };
}
