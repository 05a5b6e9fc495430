import type { HistogramSnapshot } from '../hooks/index.ts';

/** Service times summarised: what a prediction needs of them. */
export interface ServiceTimes {
  readonly count: number;
  readonly meanMs: number;
  /** Standard deviation over mean. */
  readonly variation: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** From each duration, or from the few quantiles of a histogram. */
  readonly source: 'durations' | 'histogram';
}

/**
 * Service-time statistics from measured durations, e.g. of a log.
 *
 * @param durationsMs at least one, each finite and not negative, together above 0
 * @throws RangeError that names what is wrong
 */
export function serviceTimesFrom(durationsMs: ArrayLike<number>): ServiceTimes {
  const sorted = Float64Array.from(durationsMs).toSorted();
  const { length } = sorted;
  let sum = 0;
  for (const value of sorted) sum += value;
  const least = sorted[0] ?? Number.NaN;
  if (!(least >= 0 && sum > 0 && sum < Infinity)) {
    throw new RangeError(
      `Failed to calibrate: ${length} durations, the least ${least} ms, the sum ${sum} ms. ` +
        'Use at least one finite duration above 0.',
    );
  }
  const meanMs = sum / length;
  let squares = 0;
  for (const value of sorted) squares += (value - meanMs) ** 2;
  const quantile = (share: number): number => sorted[Math.ceil(share * length) - 1] ?? meanMs;
  return {
    count: length,
    meanMs,
    variation: Math.sqrt(squares / length) / meanMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    source: 'durations',
  };
}

/** Normal scores of the quantiles in a snapshot. */
const scores = { p50: 0, p90: 1.281_551_6, p99: 2.326_347_9, p999: 3.090_232_3 };

/**
 * Service-time statistics from the run histogram of real hooks, `metricsOf(hooks).run`.
 *
 * Count, mean and quantiles are the histogram's. It keeps no second moment, so that this one is
 * integrated over the quantile function, with the logarithm of the duration taken as linear in the
 * normal score between the quantiles that are known (exact for log-normal durations) and the whole
 * scaled to the known mean. With a thousand durations or more within about a tenth, see the tests.
 *
 * @throws RangeError for a histogram without any duration above 0
 */
export function serviceTimesFromHistogram(run: HistogramSnapshot): ServiceTimes {
  if (!(run.count > 0 && run.meanMs > 0)) {
    throw new RangeError(
      `Failed to calibrate: the histogram has ${run.count} durations with a mean of ${run.meanMs} ms. ` +
        'Let the hooks process some events first.',
    );
  }
  const durationAt = quantileFunction(run);
  let mass = 0;
  let sum = 0;
  let squares = 0;
  for (let z = -5; z <= 5; z += 0.01) {
    const weight = Math.exp((-z * z) / 2);
    const duration = durationAt(z);
    mass += weight;
    sum += weight * duration;
    squares += weight * duration ** 2;
  }
  const mean = sum / mass;
  const scv = Math.max(0, squares / mass / mean ** 2 - 1);
  return {
    count: run.count,
    meanMs: run.meanMs,
    variation: Math.sqrt(scv),
    p50Ms: run.p50Ms,
    p99Ms: run.p99Ms,
    maxMs: run.maxMs,
    source: 'histogram',
  };
}

/** A quantile of 0 has no logarithm; a microsecond is as short as the histogram can tell. */
function log(ms: number): number {
  return Math.log(Math.max(ms, 1e-3));
}

/** Duration by normal score: log-linear through the known quantiles, flat beyond the maximum. */
function quantileFunction(run: HistogramSnapshot): (z: number) => number {
  const points = [
    [scores.p50, log(run.p50Ms)],
    [scores.p90, log(run.p90Ms)],
    [scores.p99, log(run.p99Ms)],
    [scores.p999, log(run.p999Ms)],
  ] as const;
  const top = log(run.maxMs);
  return (z) => {
    const segment = z < scores.p90 ? 0 : z < scores.p99 ? 1 : 2;
    const [fromZ, from] = points[segment] ?? [0, 0];
    const [toZ, to] = points[segment + 1] ?? [1, 0];
    const value = from + ((to - from) * (z - fromZ)) / (toZ - fromZ);
    return Math.exp(Math.min(top, value));
  };
}
