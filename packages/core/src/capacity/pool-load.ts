import { requireCount, requireNotNegative, requirePositive } from './checks.ts';
import { type ServiceShape, serviceShapes } from './service-shape.ts';

/** What arrives at a pool, how long it takes, and how large the pool is. */
export interface PoolLoad {
  /** Events a second, 0 or more. */
  readonly ratePerSecond: number;
  /** Mean time in ms for which one task (one handler of one event) holds a worker. */
  readonly serviceMs: number;
  /** Tasks at once. */
  readonly workers: number;
  /** Tasks that may wait; Infinity for an endless queue. */
  readonly queueSize: number;
  /** Handlers of each event: tasks that are admitted all or none. Default 1. */
  readonly handlers?: number;
  /** Standard deviation over mean of the service time. Default 1, the exponential distribution. */
  readonly serviceVariation?: number;
  /** The family of service times with a variation above 1. Default `log-normal`. */
  readonly serviceShape?: ServiceShape;
  /**
   * Standard deviation over mean of the time between events. Default 1: independent clients. Above it
   * bursts, see `arrivalPhases`; other than 1 only with one handler and exponential times.
   */
  readonly arrivalVariation?: number;
}

/** A load with every default filled in, and everything checked. */
export interface ResolvedLoad extends Required<PoolLoad> {
  /** Erlangs: workers that would be busy if nothing were dropped. */
  readonly offered: number;
  /** Squared variation coefficients. */
  readonly serviceScv: number;
  readonly arrivalScv: number;
}

/** @throws RangeError that names the option and the value */
export function resolveLoad(load: PoolLoad): ResolvedLoad {
  const { handlers = 1, serviceVariation = 1, arrivalVariation = 1 } = load;
  const { serviceShape = 'log-normal' } = load;
  requireNotNegative('ratePerSecond', load.ratePerSecond);
  requirePositive('serviceMs', load.serviceMs);
  requireCount('workers', load.workers, 1);
  if (load.queueSize !== Infinity) requireCount('queueSize', load.queueSize, 0);
  requireCount('handlers', handlers, 1);
  requireNotNegative('serviceVariation', serviceVariation);
  requireNotNegative('arrivalVariation', arrivalVariation);
  if (!serviceShapes.includes(serviceShape)) {
    throw new RangeError(
      `Failed to size a pool: serviceShape is ${serviceShape}. Use one of ${serviceShapes.join(', ')}.`,
    );
  }
  return {
    ...load,
    handlers,
    serviceVariation,
    serviceShape,
    arrivalVariation,
    offered: (load.ratePerSecond * handlers * load.serviceMs) / 1_000,
    serviceScv: serviceVariation ** 2,
    arrivalScv: arrivalVariation ** 2,
  };
}
