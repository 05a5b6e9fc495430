import { requireNotNegative, requirePositive } from './checks.ts';

/**
 * The share that is dropped when work is a steady fluid: nothing up to the capacity, and what is
 * above it beyond, (rate - capacity) / rate.
 *
 * It is the limit of every queue in which arrivals and service times do not vary, and a lower bound
 * of all others: no pool drops less. Near the capacity it is far too low, see `predictPool`.
 *
 * @param ratePerSecond arrivals a second
 * @param capacityPerSecond workers over mean service time
 * @throws RangeError for a rate below 0, and a capacity that is not above 0
 */
export function fluidDropRatio(ratePerSecond: number, capacityPerSecond: number): number {
  requireNotNegative('ratePerSecond', ratePerSecond);
  requirePositive('capacityPerSecond', capacityPerSecond);
  return ratePerSecond <= capacityPerSecond
    ? 0
    : (ratePerSecond - capacityPerSecond) / ratePerSecond;
}
