/*
 * A log-linear histogram of durations (after Gil Tene's HdrHistogram): 16 linear buckets in each
 * power of two of microseconds, so that any value is known to within 1/16 (6.25 %) of itself, from
 * one microsecond to 35 minutes, in a fixed 448 counters. Recording is a shift and an increment.
 */
export const subBits = 4;
export const subBuckets = 1 << subBits;
const maxMicros = 0x7fff_ffff;
export const bucketCount = (31 - subBits + 1) * subBuckets;

/** What a histogram has recorded. */
export interface RecordedDurations {
  /** How many durations each bucket has. */
  readonly counts: Readonly<Float64Array>;
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

function bucketOf(micros: number): number {
  if (micros < subBuckets) return micros;
  const shift = 31 - Math.clz32(micros) - subBits;
  return ((shift + 1) << subBits) + ((micros >>> shift) - subBuckets);
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

  /** What has been recorded, for whoever sums it up. */
  read(): RecordedDurations {
    this.#flush();
    return { counts: this.#counts, count: this.#count, sumMs: this.#sumMs, maxMs: this.#maxMs };
  }
}
