import { arrivalPhases, type PoolLoad } from '../../capacity/index.ts';
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
 * arrival variation other than 1, the gaps of its phases), and service times of the given shape.
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
  const { ratePerSecond, arrivalVariation = 1 } = load;
  if (arrivalVariation === 1) {
    const profile = constantLoad({ ratePerSecond, durationMs: (count * 1_000) / ratePerSecond });
    for (const { atMs } of arrivals(profile, { process: 'poisson', random })) yield atMs;
    return;
  }
  const meanMs = 1_000 / ratePerSecond;
  const gap = arrivalVariation === 0 ? () => 1 : gapSource(arrivalVariation ** 2, random);
  let atMs = 0;
  for (let index = 0; index < count; index += 1) {
    atMs += meanMs * gap();
    yield atMs;
  }
}

/** Gaps with a mean of 1 in the phases of the prediction. */
function gapSource(scv: number, random: Random): () => number {
  const { starts, rates, isSequence } = arrivalPhases(scv);
  return () => {
    let phase = 0;
    for (let left = random.next(); phase < starts.length - 1; phase += 1) {
      left -= starts[phase] ?? 0;
      if (left < 0) break;
    }
    const last = isSequence ? rates.length : phase + 1;
    let gap = 0;
    for (; phase < last; phase += 1) gap += random.exponential(1 / (rates[phase] ?? 1));
    return gap;
  };
}

function drawn(draw: DrawService, count: number): readonly number[] {
  return count === 1 ? [draw()] : Array.from({ length: count }, draw);
}
