import type { PoolLoad } from '../../capacity/index.ts';

/** Settling times that a run should have, for its batches to be of different crowds. */
const wantedTimes = 20;

/**
 * About how many events pass until a pool has forgotten how it began: some 30 service times, and the
 * time in which a diffusion crosses the pool, (workers + queue)^2 / variance, or, away from full load,
 * is carried off by its drift, variance / drift^2 (the relaxation time of reflected Brownian motion,
 * Abate and Whitt 1987). A large pool at full load takes millions.
 */
function settlingEvents(load: PoolLoad): number {
  const { ratePerSecond, serviceMs, workers, queueSize, handlers = 1 } = load;
  const { serviceVariation = 1, arrivalVariation = 1 } = load;
  const variance = arrivalVariation ** 2 + serviceVariation ** 2 / handlers;
  const drift = 1 - (ratePerSecond * serviceMs * handlers) / 1_000 / workers;
  const places = (workers + queueSize) / handlers;
  return (30 * workers) / handlers + Math.min(places ** 2 / variance, variance / drift ** 2);
}

/** Events that a simulation of this load takes, between 200,000 and three million. */
export function eventsFor(load: PoolLoad): number {
  return Math.round(Math.max(200_000, Math.min(3_000_000, wantedTimes * settlingEvents(load))));
}

/** Whether so many events are too few to tell how the pool is once it has settled. */
export function isTooShort(load: PoolLoad, events: number): boolean {
  return events < (wantedTimes / 2) * settlingEvents(load);
}
