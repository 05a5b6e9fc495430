/**
 * Weights one after the other: as they are, or in a geometric progression, whose larger end is given
 * so that neither end overflows.
 */
export type Run =
  | { readonly values: Float64Array }
  | {
      /** The first when the weights fall, the last when they grow. */
      readonly largest: number;
      /** Logarithm of each over the one before it. */
      readonly logRatio: number;
      /** Infinity when they fall for ever. */
      readonly count: number;
    };

interface Part {
  readonly run: Run;
  /** Index of the first. */
  readonly from: number;
  /** One more than the last. */
  readonly to: number;
  readonly sum: number;
  /** Sum of all weights in the runs behind this one. */
  readonly behind: number;
  /** Of values: `beyond[i]` is the sum behind i, within the run. */
  readonly beyond: Float64Array | undefined;
}

/**
 * The distribution of a number of stages, in runs: a queue of millions is three of them. Between its
 * ends the distribution of a queue is geometric, and its sums are known in closed form.
 */
export class Stages {
  readonly #parts: readonly Part[];
  /** The sum of the weights, before they were scaled. */
  readonly total: number;
  readonly mean: number;
  /** The highest number of stages. */
  readonly last: number;

  /** @param runs in order, from 0 stages on, together above 0; scaled to a sum of 1 */
  constructor(runs: readonly Run[]) {
    const parts: Part[] = [];
    let behind = 0;
    let moment = 0;
    let to = runs.reduce((sum, run) => sum + lengthOf(run), 0);
    this.last = to - 1;
    for (const run of runs.toReversed()) {
      const count = lengthOf(run);
      const from = to === Infinity ? lengthBefore(runs, run) : to - count;
      const beyond = 'values' in run ? sumsBehind(run.values) : undefined;
      const sum = 'values' in run ? (beyond?.[0] ?? 0) + (run.values[0] ?? 0) : geometricSum(run);
      moment += from * sum + momentOf(run);
      parts.unshift({ run, from, to, sum, behind, beyond });
      behind += sum;
      to = from;
    }
    this.#parts = parts;
    this.total = behind;
    this.mean = moment / behind;
  }

  /** Probability of more stages than this. */
  beyond(stage: number): number {
    const part = this.#parts.find(({ to }) => stage < to);
    if (part === undefined) return 0;
    const index = stage - part.from;
    const within =
      part.beyond === undefined ? geometricBeyond(part.run, index) : (part.beyond[index] ?? 0);
    return (within + part.behind) / this.total;
  }
}

function lengthOf(run: Run): number {
  return 'values' in run ? run.values.length : run.count;
}

function lengthBefore(runs: readonly Run[], run: Run): number {
  return runs.slice(0, runs.indexOf(run)).reduce((sum, each) => sum + lengthOf(each), 0);
}

function sumsBehind(values: Float64Array): Float64Array {
  const beyond = new Float64Array(values.length);
  let sum = 0;
  for (let index = values.length - 1; index >= 0; index -= 1) {
    beyond[index] = sum;
    sum += values[index] ?? 0;
  }
  return beyond;
}

/** Sum of a run's index times its weight, counted from its own beginning. */
function momentOf(run: Run): number {
  if ('values' in run) {
    return run.values.reduce((sum, value, index) => sum + index * value, 0);
  }
  const { largest, logRatio, count } = run;
  if (logRatio <= 0) return largest * powerMoment(logRatio, count);
  return largest * ((count - 1) * powerSum(-logRatio, count) - powerMoment(-logRatio, count));
}

function geometricSum(run: Run): number {
  return 'values' in run ? 0 : run.largest * powerSum(-Math.abs(run.logRatio), run.count);
}

function geometricBeyond(run: Run, index: number): number {
  if ('values' in run) return 0;
  const { largest, logRatio, count } = run;
  const left = count - index - 1;
  if (logRatio > 0) return largest * powerSum(-logRatio, left);
  return largest * Math.exp((index + 1) * logRatio) * powerSum(logRatio, left);
}

/** Sum of the first `count` powers of exp(log), log at most 0. */
function powerSum(log: number, count: number): number {
  if (log === 0) return count;
  return count === Infinity ? -1 / Math.expm1(log) : Math.expm1(count * log) / Math.expm1(log);
}

/** Sum of j exp(log)^j over the same, log at most 0. */
function powerMoment(log: number, count: number): number {
  const ratio = Math.exp(log);
  const gap = -Math.expm1(log);
  if (count === Infinity) return ratio / gap ** 2;
  // Two large numbers would cancel; the series in the logarithm has three terms that count.
  if (-log * count < 1e-3) {
    const pairs = (count * (count - 1)) / 2;
    return pairs + (log * pairs * (2 * count - 1)) / 3 + (log * log * pairs * pairs) / 2;
  }
  return (ratio * powerSum(log, count - 1) - (count - 1) * Math.exp(count * log)) / gap;
}
