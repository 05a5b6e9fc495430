import type { Stages } from './stages.ts';

/** So many stages that a sum over each of them says no more than one over some. */
const manyStages = 20_000;
/** Points of that sum in a standard deviation, and how many deviations to either side. */
const points = 12;
const deviations = 8;

/**
 * How long admitted work waits: so many exponential stages of `stageMs` each, one for every task that
 * has to end first (a mixture of Erlang distributions).
 */
export class WaitDistribution {
  readonly meanMs: number;
  /** Probability of having to wait at all. */
  readonly probability: number;
  readonly #stages: Stages;
  readonly #stageMs: number;

  constructor(stages: Stages, stageMs: number) {
    this.#stages = stages;
    this.#stageMs = stageMs;
    this.meanMs = stages.mean * stageMs;
    this.probability = stages.beyond(0);
  }

  /**
   * Probability of a wait longer than this: the sum over n of the Poisson probability that n stages
   * end in that time and more than n are to go.
   */
  probabilityBeyond(ms: number): number {
    if (ms <= 0) return this.probability;
    const ended = ms / this.#stageMs;
    if (ended > manyStages) return this.#beyondMany(ended);
    const { last } = this.#stages;
    // From the most likely number outwards: starting at exp(-ended) would underflow.
    const mode = Math.min(last, Math.floor(ended));
    const peak = Math.exp(mode * Math.log(ended) - ended - logFactorial(mode));
    let sum = 0;
    for (let n = mode, term = peak; n >= 0 && term > 1e-18; n -= 1) {
      sum += term * this.#stages.beyond(n);
      term *= n / ended;
    }
    for (let n = mode + 1, term = (peak * ended) / n; n < last && term > 1e-18; n += 1) {
      sum += term * this.#stages.beyond(n);
      term *= ended / (n + 1);
    }
    return sum;
  }

  /** The Poisson distribution is normal by now, and the probabilities are smooth over its width. */
  #beyondMany(ended: number): number {
    const width = Math.sqrt(ended);
    let sum = 0;
    let weights = 0;
    for (let point = -points * deviations; point <= points * deviations; point += 1) {
      const z = point / points;
      const weight = Math.exp((-z * z) / 2);
      weights += weight;
      sum += weight * this.#stages.beyond(Math.max(0, Math.floor(ended + z * width)));
    }
    return sum / weights;
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
