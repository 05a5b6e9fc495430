import type { ServiceShape } from '../../capacity/index.ts';
import type { Random } from '../../simulation/index.ts';

/** Draws service times in ms. */
export type DrawService = () => number;

export interface ServiceDraws {
  readonly meanMs: number;
  /** Standard deviation over mean. 1 is the exponential distribution. */
  readonly variation: number;
  readonly shape: ServiceShape;
}

/**
 * A source of service times with this mean and variation: constant at 0, exponential at 1, and in
 * between and above by shape; below 1 a hyperexponential does not exist, and a gamma stands in.
 */
export function serviceTimeSource(draws: ServiceDraws, random: Random): DrawService {
  const { meanMs, variation, shape } = draws;
  if (variation === 0) return () => meanMs;
  if (variation === 1) return () => random.exponential(meanMs);
  if (shape === 'log-normal') return logNormal(meanMs, variation, random);
  if (shape === 'gamma' || variation < 1) return gamma(meanMs, variation, random);
  return hyperexponential(meanMs, variation, random);
}

function logNormal(meanMs: number, variation: number, random: Random): DrawService {
  const variance = Math.log(1 + variation ** 2);
  const sigma = Math.sqrt(variance);
  const median = meanMs * Math.exp(-variance / 2);
  return () => median * Math.exp(sigma * random.normal());
}

/** By the method of Marsaglia and Tsang (2000), with their power for an order below 1. */
function gamma(meanMs: number, variation: number, random: Random): DrawService {
  const order = variation ** -2;
  const d = (order < 1 ? order + 1 : order) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const scale = meanMs / order;
  return () => {
    for (;;) {
      const z = random.normal();
      const v = (1 + c * z) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - random.next()) >= 0.5 * z * z + d - d * v + d * Math.log(v)) continue;
      return order < 1 ? d * v * scale * (1 - random.next()) ** (1 / order) : d * v * scale;
    }
  };
}

/** Two exponential kinds, each with half of the work. */
function hyperexponential(meanMs: number, variation: number, random: Random): DrawService {
  const scv = variation ** 2;
  const often = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2;
  return () => {
    const share = random.chance(often) ? often : 1 - often;
    return random.exponential(meanMs / (2 * share));
  };
}
