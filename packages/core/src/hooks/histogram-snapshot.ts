import { bucketCount, type DurationHistogram, subBits, subBuckets } from './histogram.ts';

/** Durations summarised: every quantile is within 6.25 % of the exact value, and never below it. */
export interface HistogramSnapshot {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

function upperMicrosOf(bucket: number): number {
  if (bucket < subBuckets) return bucket;
  const shift = (bucket >>> subBits) - 1;
  return (subBuckets + (bucket & (subBuckets - 1)) + 1) * 2 ** shift - 1;
}

/** Sums up what some histograms hold together. */
export function snapshotOf(histograms: readonly DurationHistogram[]): HistogramSnapshot {
  const counts = new Float64Array(bucketCount);
  let count = 0;
  let sumMs = 0;
  let maxMs = 0;
  for (const histogram of histograms) {
    const recorded = histogram.read();
    for (let i = 0; i < bucketCount; i++) counts[i] = (counts[i] ?? 0) + (recorded.counts[i] ?? 0);
    count += recorded.count;
    sumMs += recorded.sumMs;
    maxMs = Math.max(maxMs, recorded.maxMs);
  }
  const quantileMs = (share: number): number => {
    const rank = Math.max(1, Math.ceil(count * share));
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(upperMicrosOf(bucket) / 1000, maxMs);
    }
    return maxMs;
  };
  return {
    count,
    meanMs: count === 0 ? 0 : sumMs / count,
    p50Ms: quantileMs(0.5),
    p90Ms: quantileMs(0.9),
    p99Ms: quantileMs(0.99),
    p999Ms: quantileMs(0.999),
    maxMs,
  };
}
