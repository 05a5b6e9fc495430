import type { PoolLoad } from '../../capacity/index.ts';
import type { Random, Simulation } from '../../simulation/index.ts';
import { arrivals, constantLoad } from '../../workload/index.ts';
import { type DrawService, serviceTimeSource } from './service-time-source.ts';
import { type PoolMeasurement, type SimulatedArrival, simulatePool } from './simulate-pool.ts';

export interface LoadRun {
  readonly seed: number;
  /** Events to simulate, about. */
  readonly count: number;
}

/**
 * Runs the real pool under the load that a prediction describes: random arrivals (or, with an
 * arrival variation other than 1, gaps that vary as much), and service times of the given shape.
 */
export function simulateLoad(load: PoolLoad, { seed, count }: LoadRun): Promise<PoolMeasurement> {
  const { workers, queueSize, handlers = 1 } = load;
  return simulatePool({
    workers,
    queueSize,
    handlers,
    seed,
    count,
    arrivals: (simulation) => drawArrivals(load, count, simulation),
  });
}

function* drawArrivals(
  load: PoolLoad,
  count: number,
  simulation: Simulation,
): Generator<SimulatedArrival> {
  const { handlers = 1, serviceMs, serviceVariation = 1, serviceShape = 'log-normal' } = load;
  const draw = serviceTimeSource(
    { meanMs: serviceMs, variation: serviceVariation, shape: serviceShape },
    simulation.random('service times'),
  );
  for (const atMs of arrivalTimes(load, count, simulation.random('arrivals'))) {
    yield { atMs, serviceMs: drawn(draw, handlers) };
  }
}

function* arrivalTimes(load: PoolLoad, count: number, random: Random): Generator<number> {
  const { ratePerSecond, arrivalVariation = 1, serviceShape = 'log-normal' } = load;
  if (arrivalVariation === 1) {
    const profile = constantLoad({ ratePerSecond, durationMs: (count * 1_000) / ratePerSecond });
    for (const { atMs } of arrivals(profile, { process: 'poisson', random })) yield atMs;
    return;
  }
  const gap = serviceTimeSource(
    { meanMs: 1_000 / ratePerSecond, variation: arrivalVariation, shape: serviceShape },
    random,
  );
  let atMs = 0;
  for (let index = 0; index < count; index += 1) {
    atMs += gap();
    yield atMs;
  }
}

function drawn(draw: DrawService, count: number): readonly number[] {
  return count === 1 ? [draw()] : Array.from({ length: count }, draw);
}
