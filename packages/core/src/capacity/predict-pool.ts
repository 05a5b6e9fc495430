import { fluidDropRatio } from './fluid.ts';
import { solvePool } from './general-pool.ts';
import { type PoolLoad, resolveLoad, type ResolvedLoad } from './pool-load.ts';
import type { QueueModel } from './queue-model.ts';
import { Stages } from './stages.ts';
import { WaitDistribution } from './wait-distribution.ts';

/**
 * What a pool is expected to do with a load: a = rate x handlers x service time erlangs offered to c
 * workers with K places in all.
 */
export interface PoolPrediction {
  /** a / c; above 1 the pool cannot keep up. */
  readonly utilisation: number;
  /**
   * Share of events that find no room, 0 to 1: the probability that an arrival sees the pool full, by
   * `model`, as random arrivals see time averages (Wolff 1982). For M/M/c/K that is P(K), and without a
   * queue Erlang B.
   */
  readonly dropRatio: number;
  /** The same if nothing varied, max(0, 1 - c / a): a lower bound, 0 up to full utilisation. */
  readonly fluidDropRatio: number;
  /** Share of the workers' time in use, a (1 - dropRatio) / c (Little 1961). */
  readonly busyRatio: number;
  /** Events completed a second, rate x (1 - dropRatio). */
  readonly throughputPerSecond: number;
  /** Share of the admitted tasks that have to wait; Erlang C with an endless queue (M/M/c). */
  readonly waitProbability: number;
  /**
   * Mean wait of what is admitted, in ms: mean queue length over admitted rate (Little 1961). Infinity
   * when an endless queue cannot keep up.
   */
  readonly meanWaitMs: number;
  /**
   * The wait that half of the admitted tasks do not exceed, in ms. All percentiles come from a mixture
   * of Erlang distributions, one stage for each task that has to end first (Gross, Shortle, Thompson and
   * Harris 2008, section 2.5), stretched to the mean of the model: exact for exponential times.
   */
  readonly waitP50Ms: number;
  readonly waitP95Ms: number;
  readonly waitP99Ms: number;
  readonly model: QueueModel;
}

/**
 * What a bounded pool does under random arrivals, exponential service times or others, and events of
 * one or several tasks. `model` says which of the models answered; `queueModels` what each is worth.
 *
 * @throws RangeError that names the option and the value
 */
export function predictPool(load: PoolLoad): PoolPrediction {
  const resolved = resolveLoad(load);
  const { ratePerSecond, offered, workers } = resolved;
  const { model, dropRatio, wait } = solveWait(resolved);
  const utilisation = offered / workers;
  const carried = resolved.queueSize === Infinity ? Math.min(1, 1 / utilisation) : 1 - dropRatio;
  return {
    utilisation,
    dropRatio,
    fluidDropRatio: resolved.queueSize === Infinity ? 0 : fluidDropRatio(offered, workers),
    busyRatio: Math.min(1, utilisation * carried),
    throughputPerSecond: ratePerSecond * carried,
    waitProbability: wait.probability,
    meanWaitMs: wait.meanMs,
    waitP50Ms: wait.quantileMs(0.5),
    waitP95Ms: wait.quantileMs(0.95),
    waitP99Ms: wait.quantileMs(0.99),
    model,
  };
}

/**
 * The wait in ms that this share of the admitted tasks does not exceed.
 *
 * @param share 0 to below 1, e.g. 0.999
 * @throws RangeError when it is not, or a figure of `load` makes no sense
 */
export function waitQuantileMs(load: PoolLoad, share: number): number {
  if (!(share >= 0 && share < 1)) {
    throw new RangeError(
      `Failed to predict a wait: share is ${share}. Use a number of at least 0, below 1.`,
    );
  }
  return solveWait(resolveLoad(load)).wait.quantileMs(share);
}

interface SolvedWait {
  readonly model: QueueModel;
  readonly dropRatio: number;
  readonly wait: WaitDistribution;
}

function solveWait(load: ResolvedLoad): SolvedWait {
  const { offered, workers, queueSize, serviceMs } = load;
  if (offered === 0) return { model: 'markov', dropRatio: 0, wait: noWait };
  if (queueSize === Infinity && offered >= workers) {
    return { model: 'markov', dropRatio: 0, wait: endlessWait };
  }
  const { model, dropRatio, meanWaitMs, stages } = solvePool(load);
  const inStages = new WaitDistribution(stages, serviceMs / workers);
  // The shape of the wait comes from how many are ahead, its size from the model's own mean.
  const stretch = inStages.meanMs > 0 ? meanWaitMs / inStages.meanMs : 1;
  return { model, dropRatio, wait: new WaitDistribution(stages, (serviceMs / workers) * stretch) };
}

const noWait = new WaitDistribution(new Stages([{ values: Float64Array.of(1) }]), 1);
const endlessWait = new WaitDistribution(new Stages([{ values: Float64Array.of(0, 1) }]), Infinity);
