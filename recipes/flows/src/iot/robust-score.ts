export interface RobustScoreOptions {
  /** Values that are remembered, at least 3. */
  readonly window: number;
  /** Values that must be known before anything is judged; at least 3, at most the window. */
  readonly warmUp: number;
  /** Smallest deviation that is taken for the usual one: else a constant sensor's first twitch is an anomaly. */
  readonly leastDeviation: number;
}

/** Makes the median absolute deviation of normally distributed values their standard deviation. */
const toSigma = 1.4826;

/**
 * How unusual a value is among the latest ones: the modified z-score of Iglewicz and Hoaglin
 * (1993), (value - median) / (1.4826 MAD). Median and MAD stand half of the window being wrong,
 * where mean and variance are carried away by the very outlier that they should find. The values
 * are kept sorted, so that a value costs two shifts and half a walk.
 */
export class RobustScore {
  readonly #options: RobustScoreOptions;
  readonly #latest: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  constructor(options: RobustScoreOptions) {
    const { window, warmUp, leastDeviation } = options;
    if (!(Number.isSafeInteger(window) && window >= 3)) {
      throw new RangeError(`window is ${window}: give a whole number of at least 3.`);
    }
    if (!(Number.isSafeInteger(warmUp) && warmUp >= 3 && warmUp <= window)) {
      throw new RangeError(`warmUp is ${warmUp}: give a whole number from 3 to ${window}.`);
    }
    if (!(leastDeviation > 0)) {
      throw new RangeError(`leastDeviation is ${leastDeviation}: give a number above 0.`);
    }
    this.#options = options;
    this.#latest = new Float64Array(window);
    this.#sorted = new Float64Array(window);
  }

  /** The score of a value against those before it, in standard deviations; 0 while it warms up. Remembers the value. */
  score(value: number): number {
    const { warmUp, leastDeviation } = this.#options;
    let score = 0;
    if (this.#count >= warmUp) {
      const median = this.#median();
      const deviation = Math.max(leastDeviation, toSigma * this.#medianDeviation(median));
      score = (value - median) / deviation;
    }
    this.#remember(value);
    return score;
  }

  #median(): number {
    const half = this.#count >> 1;
    const upper = this.#at(half);
    return this.#count % 2 === 1 ? upper : (this.#at(half - 1) + upper) / 2;
  }

  /**
   * The median of the distances to the median. Distances grow outwards from the middle of the
   * sorted values: the two arms are merged, nearest first, until half are counted.
   */
  #medianDeviation(median: number): number {
    const count = this.#count;
    let left = (count - 1) >> 1;
    let right = left + 1;
    let before = 0;
    let distance = 0;
    for (let taken = 0; taken <= count >> 1; taken += 1) {
      before = distance;
      const down = left >= 0 ? median - this.#at(left) : Infinity;
      const up = right < count ? this.#at(right) - median : Infinity;
      if (down <= up) {
        distance = down;
        left -= 1;
      } else {
        distance = up;
        right += 1;
      }
    }
    return count % 2 === 1 ? distance : (before + distance) / 2;
  }

  #remember(value: number): void {
    const sorted = this.#sorted;
    if (this.#count === this.#options.window) {
      const gone = this.#place(this.#latest[this.#next] ?? 0);
      sorted.copyWithin(gone, gone + 1, this.#count);
      this.#count -= 1;
    }
    const at = this.#place(value);
    sorted.copyWithin(at + 1, at, this.#count);
    sorted[at] = value;
    this.#count += 1;
    this.#latest[this.#next] = value;
    this.#next = (this.#next + 1) % this.#options.window;
  }

  /** The first place whose value is not below the given one. */
  #place(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(index: number): number {
    return this.#sorted[index] ?? 0;
  }
}
