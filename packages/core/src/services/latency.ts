import type { Random } from '../simulation/index.ts';

/**
 * Time from sending a request to having its answer. Log-normal, given by its median and its 99th
 * percentile, as measured service times usually are: few are much slower, none is negative. Or the
 * same for every call.
 */
export type Latency =
  | { readonly p50Ms: number; readonly p99Ms: number }
  | { readonly fixedMs: number };

/** Draws a latency: whole milliseconds, as timers have no finer resolution. */
export type LatencySampler = (random: Random) => number;

/**
 * Makes the sampler of a latency.
 *
 * @throws RangeError naming the field when a figure is not finite or out of order.
 */
export function latencySampler(latency: Latency, owner: string): LatencySampler {
  validateLatency(latency, owner);
  if ('fixedMs' in latency) {
    const { fixedMs } = latency;
    return () => fixedMs;
  }
  const shape = { p50: latency.p50Ms, p99: latency.p99Ms };
  if (shape.p50 === shape.p99) return () => shape.p50;
  return (random) => Math.max(1, Math.round(random.logNormal(shape)));
}

/** @throws RangeError naming the field when a figure is not finite or out of order. */
export function validateLatency(latency: Latency, owner: string): void {
  if ('fixedMs' in latency) {
    if (!Number.isFinite(latency.fixedMs) || latency.fixedMs < 0) {
      throw new RangeError(
        `Invalid ${owner}.fixedMs ${latency.fixedMs}: use 0 or a positive number of milliseconds.`,
      );
    }
    return;
  }
  const { p50Ms, p99Ms } = latency;
  if (!Number.isFinite(p50Ms) || p50Ms <= 0) {
    throw new RangeError(`Invalid ${owner}.p50Ms ${p50Ms}: use a positive number of milliseconds.`);
  }
  if (!Number.isFinite(p99Ms) || p99Ms < p50Ms) {
    throw new RangeError(`Invalid ${owner}.p99Ms ${p99Ms}: use at least p50Ms, which is ${p50Ms}.`);
  }
}

/** The standard normal's 99th percentile: how many sigmas a log-normal's p99 is above its median. */
const z99 = 2.3263478740408408;

/** Mean of a latency in ms: for a log-normal, median times exp(sigma squared / 2). */
export function meanLatencyMs(latency: Latency): number {
  if ('fixedMs' in latency) return latency.fixedMs;
  const sigma = Math.log(latency.p99Ms / latency.p50Ms) / z99;
  return latency.p50Ms * Math.exp(sigma ** 2 / 2);
}
