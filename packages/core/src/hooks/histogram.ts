/*
 * A log-linear histogram of durations (after Gil Tene's HdrHistogram): 16 linear buckets in each
 * power of two of microseconds, so that any value is known to within 1/16 (6.25 %) of itself, from
 * one microsecond to 35 minutes, in a fixed 448 counters. Recording is a shift and an increment.
 */
const subBits = 4;
const subBuckets = 1 << subBits;
const maxMicros = 0x7fff_ffff;
const bucketCount = (31 - subBits + 1) * subBuckets;

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

function bucketOf(micros: number): number {
  if (micros < subBuckets) return micros;
  const shift = 31 - Math.clz32(micros) - subBits;
  return ((shift + 1) << subBits) + ((micros >>> shift) - subBuckets);
}

function upperMicrosOf(bucket: number): number {
  if (bucket < subBuckets) return bucket;
  const shift = (bucket >>> subBits) - 1;
  return (subBuckets + (bucket & (subBuckets - 1)) + 1) * 2 ** shift - 1;
}

export class DurationHistogram {
  readonly #counts = new Float64Array(bucketCount);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;
  // The latest duration, not yet in its bucket, and how often it came in a row.
  #lastMs = 0;
  #repeats = 0;
  // Durations of zero, not yet in their bucket.
  #zeros = 0;

  /** Records a duration of zero: what takes less than the readings of the clock tell apart. */
  recordZero(): void {
    this.#zeros++;
  }

  /**
   * Records one duration in milliseconds; a negative one (a clock set back) counts as zero. Tasks
   * that share readings of the clock have equal durations: a repetition costs one comparison.
   */
  record(ms: number): void {
    if (ms === this.#lastMs) {
      this.#repeats++;
      return;
    }
    this.#flushRepeats();
    this.#lastMs = ms;
    this.#repeats = 1;
  }

  #flush(): void {
    this.#counts[0] = (this.#counts[0] ?? 0) + this.#zeros;
    this.#count += this.#zeros;
    this.#zeros = 0;
    this.#flushRepeats();
  }

  #flushRepeats(): void {
    const count = this.#repeats;
    const ms = Math.max(0, this.#lastMs);
    if (count === 0) return;
    const micros = ms * 1000;
    const bucket = bucketOf(micros < maxMicros ? Math.ceil(micros) : maxMicros);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#count += count;
    this.#sumMs += ms * count;
    if (ms > this.#maxMs) this.#maxMs = ms;
    this.#repeats = 0;
  }

  /** Adds what another histogram holds: how lanes are summed up. */
  add(other: DurationHistogram): void {
    other.#flush();
    for (let i = 0; i < bucketCount; i++) {
      this.#counts[i] = (this.#counts[i] ?? 0) + (other.#counts[i] ?? 0);
    }
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  /** The smallest recorded duration, to within a bucket, that `share` of all are no longer than. */
  quantileMs(share: number): number {
    this.#flush();
    const rank = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(upperMicrosOf(bucket) / 1000, this.#maxMs);
    }
    return this.#maxMs;
  }

  snapshot(): HistogramSnapshot {
    this.#flush();
    return {
      count: this.#count,
      meanMs: this.#count === 0 ? 0 : this.#sumMs / this.#count,
      p50Ms: this.quantileMs(0.5),
      p90Ms: this.quantileMs(0.9),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.#maxMs,
    };
  }
}
