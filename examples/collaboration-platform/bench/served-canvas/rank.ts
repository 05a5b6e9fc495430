/** The smallest value that is not exceeded by this share of all (nearest rank); 0 of none. */
export function rankOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
