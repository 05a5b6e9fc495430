/**
 * How long admitted work waits: with probability `stages[s]` for s exponential stages of `stageMs`
 * each, one for every task that has to end first (an Erlang distribution of order s).
 */
export class WaitDistribution {
  readonly meanMs: number;
  /** Probability of having to wait at all. */
  readonly probability: number;
  readonly #stages: Float64Array;
  readonly #stageMs: number;
  /** `beyond[s]`: probability of more than s stages. */
  readonly #beyond: Float64Array;

  constructor(stages: Float64Array, stageMs: number) {
    this.#stages = stages;
    this.#stageMs = stageMs;
    this.#beyond = new Float64Array(stages.length);
    let beyond = 0;
    let mean = 0;
    for (let s = stages.length - 1; s >= 0; s -= 1) {
      this.#beyond[s] = beyond;
      beyond += stages[s] ?? 0;
      mean += s * (stages[s] ?? 0);
    }
    this.meanMs = mean * stageMs;
    this.probability = this.#beyond[0] ?? 0;
  }

  /**
   * Probability of a wait longer than this: the sum over n of the Poisson probability that n stages
   * end in that time and more than n are to go.
   */
  probabilityBeyond(ms: number): number {
    if (ms <= 0) return this.probability;
    const ended = ms / this.#stageMs;
    const last = this.#stages.length - 1;
    // From the most likely number outwards: starting at exp(-ended) would underflow.
    const mode = Math.min(last, Math.floor(ended));
    const peak = Math.exp(mode * Math.log(ended) - ended - logFactorial(mode));
    let sum = 0;
    for (let n = mode, term = peak; n >= 0 && term > 1e-18; n -= 1) {
      sum += term * (this.#beyond[n] ?? 0);
      term *= n / ended;
    }
    for (let n = mode + 1, term = (peak * ended) / n; n < last && term > 1e-18; n += 1) {
      sum += term * (this.#beyond[n] ?? 0);
      term *= ended / (n + 1);
    }
    return sum;
  }

  /** The wait that this share of the admitted work does not exceed, 0 to below 1. */
  quantileMs(share: number): number {
    const longer = 1 - share;
    if (this.probability <= longer) return 0;
    if (this.#stageMs === Infinity) return Infinity;
    let low = 0;
    let high = Math.max(this.#stageMs, this.meanMs);
    while (this.probabilityBeyond(high) > longer) high *= 2;
    for (let step = 0; step < 60 && high - low > 1e-9 * high; step += 1) {
      const middle = (low + high) / 2;
      if (this.probabilityBeyond(middle) > longer) low = middle;
      else high = middle;
    }
    return high;
  }
}

/** ln n!, by Stirling's series with three terms beyond 20 (Abramowitz and Stegun 1964, 6.1.41). */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let k = 2; k <= n; k += 1) product *= k;
    return Math.log(product);
  }
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3)
  );
}
