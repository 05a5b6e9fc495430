/** A measured mean and how far off it may be. */
export interface Estimate {
  readonly mean: number;
  /** Bounds of the 99 % confidence interval. */
  readonly low: number;
  readonly high: number;
}

/** Batches of a run: few enough to be nearly independent, enough for their spread to be known. */
export const batchCount = 30;

/** Student's t at 29 degrees of freedom, two-sided 99 %. */
const t99 = 2.756_386;

/**
 * Mean and 99 % confidence interval by batch means (Law 2015, "Simulation Modeling and Analysis",
 * section 9.5.3): neighbours in a queue meet the same crowd, and their plain standard error would be
 * far too small; long batches are nearly independent of each other.
 *
 * @param batches numerator and denominator of each, e.g. dropped and arrived
 */
export function ratioEstimate(
  batches: readonly { readonly numerator: number; readonly denominator: number }[],
): Estimate {
  const count = batches.length;
  const denominator = batches.reduce((sum, batch) => sum + batch.denominator, 0);
  const numerator = batches.reduce((sum, batch) => sum + batch.numerator, 0);
  if (denominator === 0) return { mean: 0, low: 0, high: 0 };
  const mean = numerator / denominator;
  const squares = batches.reduce(
    (sum, batch) => sum + (batch.numerator - mean * batch.denominator) ** 2,
    0,
  );
  const error = Math.sqrt((squares / (count - 1)) * count) / denominator;
  return { mean, low: mean - t99 * error, high: mean + t99 * error };
}

/** Whether the interval holds this value. */
export function holds({ low, high }: Estimate, value: number): boolean {
  return value >= low && value <= high;
}
