import { erlangB } from './erlang.ts';

export interface PoolLoad {
  /** Arrivals a second. */
  readonly ratePerSecond: number;
  /** Mean service time in ms. */
  readonly serviceMs: number;
  /** Handlers at once. */
  readonly workers: number;
  /** Places to wait. */
  readonly queueSize: number;
}

export interface PoolPrediction {
  /** Offered load over workers; above 1 the pool cannot keep up. */
  readonly utilisation: number;
  /** Share of arrivals that find the queue full, 0 to 1. */
  readonly dropRatio: number;
  /** Completions a second. */
  readonly throughputPerSecond: number;
  /** Mean wait of what is admitted, in ms. */
  readonly meanWaitMs: number;
}

/**
 * What a bounded pool does under random arrivals: the M/M/c/K queue, K = workers + queueSize.
 *
 * With B the Erlang B probability of c servers and rho the utilisation, the places in the queue are
 * filled with weights B rho^k, k = 0 ... queueSize, against 1 for all states below (Gross, Shortle,
 * Thompson, Harris, Fundamentals of Queueing Theory, 4th edition, section 2.5). The weights are
 * scaled by their largest, so that nothing overflows at loads far above capacity.
 */
export function predictPool(load: PoolLoad): PoolPrediction {
  const { ratePerSecond, serviceMs, workers, queueSize } = load;
  const offered = (ratePerSecond * serviceMs) / 1_000;
  const blocking = erlangB(workers, offered);
  const utilisation = offered / workers;
  if (offered === 0) return { utilisation: 0, dropRatio: 0, throughputPerSecond: 0, meanWaitMs: 0 };

  const largest = utilisation > 1 ? queueSize : 0;
  const weight = (k: number): number => blocking * utilisation ** (k - largest);
  const belowAll = (1 - blocking) * utilisation ** -largest;
  let total = belowAll;
  let waiting = 0;
  for (let k = 0; k <= queueSize; k += 1) {
    total += weight(k);
    waiting += k * weight(k);
  }
  const dropRatio = weight(queueSize) / total;
  const throughputPerSecond = ratePerSecond * (1 - dropRatio);
  // Little's law: what waits is what is admitted times how long it waits.
  const meanWaitMs = (waiting / total / throughputPerSecond) * 1_000;
  return { utilisation, dropRatio, throughputPerSecond, meanWaitMs };
}
