import { arrivalPhases } from './arrival-phases.ts';
import { solveBurstyPool } from './bursty-pool.ts';
import { NoModelError } from './errors.ts';
import { fluidDropRatio } from './fluid.ts';
import { solveLongQueue } from './long-queue.ts';
import { solveBulkMarkov } from './bulk-markov.ts';
import type { ResolvedLoad } from './pool-load.ts';
import type { QueueModel } from './queue-model.ts';
import { effectiveThirdMoment } from './service-shape.ts';
import { Stages } from './stages.ts';
import { fitTwoPhases, leastTwoPhaseScv } from './two-phase.ts';
import { solveEndlessTwoPhasePool, solveTwoPhasePool } from './two-phase-pool.ts';

/** A pool solved: what is refused, and how what is admitted waits. */
export interface PoolSolution {
  readonly model: QueueModel;
  readonly dropRatio: number;
  readonly meanWaitMs: number;
  /** Relative lengths of the wait: see `WaitDistribution`. */
  readonly stages: Stages;
}

/** Workers up to which two-phase service is solved exactly: the cost grows with their cube. */
export const maxExactWorkers = 32;

/** What the solvers look at; rates in erlangs, as only their ratio to the service time counts. */
type Sized = Pick<
  ResolvedLoad,
  'offered' | 'serviceMs' | 'workers' | 'queueSize' | 'handlers' | 'serviceScv' | 'serviceShape'
> & {
  /** For the choice of the third moment, see `effectiveThirdMoment`; default workers - offered. */
  readonly idleWorkers?: number;
};

/**
 * Solves a pool by the most exact of the models that fits the load.
 *
 * @param load with a utilisation below 1 if the queue is endless
 * @throws NoModelError for arrivals that vary in a way that no model fits
 */
export function solvePool(load: ResolvedLoad): PoolSolution {
  const { handlers, workers, queueSize, serviceScv } = load;
  if (handlers > workers + queueSize) {
    const stages = new Stages([{ values: Float64Array.of(1) }]);
    return { model: 'bulk-markov', dropRatio: 1, meanWaitMs: 0, stages };
  }
  if (load.arrivalScv !== 1) return bursty(load);
  if (handlers === 1) return solvePoisson(load);
  if (serviceScv < 1) {
    throw new NoModelError(
      `handlers is ${handlers}, serviceVariation is ${load.serviceVariation}, and no model is right about both`,
      'A serviceVariation of 1 drops more, and is safe to plan by.',
    );
  }
  const factor = (handlers + serviceScv) / (handlers + 1);
  const base = { ...load, serviceScv: 1 };
  return factor === 1 ? solvePoisson(base) : correctedByDiffusion(base, factor);
}

/** Arrivals that are burstier or steadier than random: exact, where that can be, and refused otherwise. */
function bursty(load: ResolvedLoad): PoolSolution {
  const { offered, handlers, workers, queueSize, serviceMs, serviceScv, arrivalVariation } = load;
  if (handlers > 1 || serviceScv !== 1) {
    const [option, value] =
      handlers > 1 ? ['handlers', handlers] : ['serviceVariation', load.serviceVariation];
    throw new NoModelError(
      `arrivalVariation is ${arrivalVariation}, ${option} is ${value}, and no model is right about both`,
      'Leave one of them at 1, or replay a recording of such a load.',
    );
  }
  const arrivals = arrivalPhases(load.arrivalScv);
  const { dropRatio, stages } = solveLongQueue(
    (places) => solveBurstyPool(offered, arrivals, workers, places),
    queueSize,
  );
  return { model: 'bursty', dropRatio, meanWaitMs: (stages.mean * serviceMs) / workers, stages };
}

function solvePoisson(load: Sized): PoolSolution {
  if (load.serviceScv === 1) return markov(load);
  if (load.workers > maxExactWorkers) return scaledFromSmaller(load);
  return load.serviceScv < leastTwoPhaseScv ? extrapolated(load) : twoPhase(load);
}

function markov(load: Sized): PoolSolution {
  const { offered, handlers, workers, queueSize, serviceMs } = load;
  const { dropRatio, stages } = solveLongQueue(
    (places) => solveBulkMarkov(offered, handlers, workers, places),
    queueSize,
  );
  return {
    model: handlers > 1 ? 'bulk-markov' : 'markov',
    dropRatio,
    meanWaitMs: (stages.mean * serviceMs) / workers,
    stages,
  };
}

function twoPhase(load: Sized): PoolSolution {
  const { offered, serviceMs, workers, queueSize, serviceScv, serviceShape } = load;
  const idle = load.idleWorkers ?? Math.max(0, workers - offered);
  const third = serviceScv > 1 ? effectiveThirdMoment(serviceShape, serviceScv, idle) : 0;
  const phases = fitTwoPhases(1, serviceScv, third);
  // Next to full load the iteration for an endless queue loses the digits that count.
  const isEndless = queueSize === Infinity && offered < 0.999 * workers;
  const solve = isEndless ? solveEndlessTwoPhasePool : solveTwoPhasePool;
  const { dropRatio, stages } = solveLongQueue(
    (places) => solve(offered, phases, workers, places),
    queueSize,
  );
  const meanWaitMs = waitByLittle(offered, dropRatio, stages, queueSize) * serviceMs;
  return { model: 'two-phase', dropRatio, meanWaitMs, stages };
}

/**
 * Mean wait in mean service times: what waits is what is admitted times how long it waits (Little 1961).
 *
 * @param stages of random arrivals: one more than wait, if all workers are busy
 */
export function waitByLittle(
  offered: number,
  dropRatio: number,
  stages: Stages,
  queueSize: number,
): number {
  const admitted = 1 - dropRatio;
  const waiting = admitted * (stages.mean - stages.beyond(0));
  const full = queueSize === Infinity ? 0 : queueSize * dropRatio;
  return (waiting + full) / (offered * admitted);
}

/**
 * Below the least variation that two phases have: the mean wait continues the line through the exact
 * solutions at squared variations of 1 and 0.5 (for the mean wait a known and very good rule, Tijms
 * 2003, section 9.6; exact with one worker). The logarithm of the drop rate is continued over
 * 1 / (1 + scv), in which it is linear for long queues (the diffusion limit).
 */
function extrapolated(load: Sized): PoolSolution {
  const whole = markov({ ...load, serviceScv: 1 });
  const half = twoPhase({ ...load, serviceScv: leastTwoPhaseScv });
  const meanWaitMs =
    half.meanWaitMs +
    ((whole.meanWaitMs - half.meanWaitMs) * (load.serviceScv - leastTwoPhaseScv)) /
      (1 - leastTwoPhaseScv);
  const steps =
    (place(load.serviceScv) - place(leastTwoPhaseScv)) / (place(leastTwoPhaseScv) - place(1));
  const least = fluidDropRatio(load.offered, load.workers);
  const dropRatio =
    half.dropRatio === 0
      ? 0
      : Math.max(least, half.dropRatio * (half.dropRatio / whole.dropRatio) ** steps);
  return { ...half, model: 'extrapolated', dropRatio, meanWaitMs: Math.max(0, meanWaitMs) };
}

/**
 * Many workers: M/M/c/K, which is exact at any size, times what the variation changes in a pool of
 * 32 workers at the same place of the many-server scale, on which spare capacity and queue are
 * counted in square roots of workers (Halfin and Whitt 1981, "Heavy-traffic limits for queues with
 * many exponential servers").
 */
function scaledFromSmaller(load: Sized): PoolSolution {
  const exact = markov({ ...load, serviceScv: 1 });
  const shrink = Math.sqrt(maxExactWorkers / load.workers);
  const spare = (load.workers - load.offered) / load.workers / shrink;
  const smaller = {
    ...load,
    workers: maxExactWorkers,
    offered: maxExactWorkers * (1 - spare),
    queueSize: Math.round(load.queueSize * shrink),
    // Fitted to simulations of 50 and 100 workers: with those of the smaller pool as they are, waits
    // of log-normal times with a variation of 4 came out a sixth too long.
    idleWorkers: Math.max(0, maxExactWorkers * spare * shrink),
  };
  if (smaller.offered <= 0) return { ...exact, model: 'scaled' };
  const varied = solvePoisson(smaller);
  const plain = markov({ ...smaller, serviceScv: 1 });
  const least = fluidDropRatio(load.offered, load.workers);
  return {
    model: 'scaled',
    stages: exact.stages,
    dropRatio: Math.max(
      least,
      Math.min(1, exact.dropRatio * ratio(varied.dropRatio, plain.dropRatio)),
    ),
    meanWaitMs: exact.meanWaitMs * ratio(varied.meanWaitMs, plain.meanWaitMs),
  };
}

/**
 * Events of several tasks with service times that are not exponential: in heavy traffic the wait is
 * proportional to the sum of both variations (Kingman 1962; Allen and Cunneen 1990), and so is the queue
 * that keeps drops at the same rate.
 */
function correctedByDiffusion(load: Sized, factor: number): PoolSolution {
  const queueSize = load.queueSize / factor;
  const solved = solvePoisson({
    ...load,
    queueSize: queueSize === Infinity ? Infinity : Math.round(queueSize),
  });
  return { ...solved, model: 'diffusion', meanWaitMs: solved.meanWaitMs * factor };
}

/** Where a variation stands on the axis on which the logarithm of the drop rate is straight. */
function place(scv: number): number {
  return 1 / (1 + scv);
}

function ratio(numerator: number, denominator: number): number {
  return denominator > 1e-14 ? numerator / denominator : 1;
}
