/** Arrivals summarised. */
export interface ArrivalTimes {
  readonly count: number;
  /** From the first to the last. */
  readonly durationMs: number;
  readonly ratePerSecond: number;
  /** The busiest window: its rate over the mean rate is the peak multiplier. */
  readonly peakPerSecond: number;
  readonly peakAtMs: number;
  readonly windowMs: number;
  /** Standard deviation over mean of the time between arrivals; 1 if they are independent. */
  readonly variation: number;
  /**
   * Variance over mean of the counts in a window; 1 if arrivals are independent of each other and of
   * the time of day. Far above 1: bursts, or a rate that changes.
   */
  readonly dispersion: number;
}

/**
 * Arrival statistics from recorded times.
 *
 * @param atMs at least two, in order, not all at once
 * @param windowMs length of the windows in which rates are counted. Default 10,000:
 *   shorter ones see the chance of random arrivals, which predictions have in them already, as peaks
 * @throws RangeError that names what is wrong
 */
export function arrivalTimesFrom(atMs: Float64Array, windowMs = 10_000): ArrivalTimes {
  const first = atMs[0] ?? Number.NaN;
  const durationMs = (atMs.at(-1) ?? Number.NaN) - first;
  if (!(durationMs > 0 && durationMs < Infinity)) {
    throw new RangeError(
      `Failed to calibrate: ${atMs.length} arrivals in ${durationMs} ms have no rate. ` +
        'Use at least two, at different times.',
    );
  }
  const gaps = atMs.length - 1;
  const meanGap = durationMs / gaps;
  const counts = new Float64Array(Math.max(1, Math.floor(durationMs / windowMs)));
  let gapSquares = 0;
  for (let index = 0; index < atMs.length; index += 1) {
    const at = atMs[index] ?? 0;
    if (index > 0) gapSquares += (at - (atMs[index - 1] ?? 0) - meanGap) ** 2;
    const window = Math.floor((at - first) / windowMs);
    // The last window is cut off by the end of the recording and would count too little.
    if (window < counts.length) counts[window] = (counts[window] ?? 0) + 1;
  }
  const width = Math.min(windowMs, durationMs);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const most = counts.reduce((highest, count) => Math.max(highest, count), 0);
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return {
    count: atMs.length,
    durationMs,
    ratePerSecond: (gaps * 1_000) / durationMs,
    peakPerSecond: (most * 1_000) / width,
    peakAtMs: counts.indexOf(most) * windowMs,
    windowMs: width,
    variation: Math.sqrt(gapSquares / gaps) / meanGap,
    dispersion: squares / counts.length / mean,
  };
}
