/** Load that a pool is to carry. */
export interface CapacityNeeds {
  /** Arrivals a second at the peak. */
  readonly ratePerSecond: number;
  /** Mean service time in ms. */
  readonly serviceMs: number;
  /** Queue places for each worker: 1.5 to 2 conservative, 2 to 3 balanced, 3 to 4 for spikes. */
  readonly burstFactor: number;
  /** Highest utilisation that is wanted, 0 to 1. 1 is the rule of thumb without any reserve. */
  readonly maxUtilisation?: number;
}

export interface CapacityPlan {
  readonly workers: number;
  readonly queueSize: number;
  /** Arrivals a second at which the workers are all busy. */
  readonly maxRatePerSecond: number;
}

/**
 * Workers = ceiling(rate x service time / utilisation), queue = workers x burst factor.
 *
 * The first is Little's law (1961) for the busy workers. At a utilisation of 1 it leaves no reserve:
 * with random arrivals such a pool drops work, see `predictPool`.
 *
 * @throws RangeError that names the option and the value.
 */
export function planCapacity(needs: CapacityNeeds): CapacityPlan {
  const { ratePerSecond, serviceMs, burstFactor, maxUtilisation = 1 } = needs;
  for (const [name, value] of Object.entries({ ratePerSecond, serviceMs, burstFactor })) {
    if (!Number.isFinite(value) || value <= 0) {
      throw new RangeError(`Failed to plan capacity: ${name} is ${value}. Use a number above 0.`);
    }
  }
  if (!(maxUtilisation > 0 && maxUtilisation <= 1)) {
    throw new RangeError(
      `Failed to plan capacity: maxUtilisation is ${maxUtilisation}. Use a number above 0, at most 1.`,
    );
  }
  const busy = (ratePerSecond * serviceMs) / 1_000;
  const workers = Math.ceil(busy / maxUtilisation - 1e-9);
  return {
    workers,
    queueSize: Math.ceil(workers * burstFactor),
    maxRatePerSecond: (workers * 1_000) / serviceMs,
  };
}
