/** How far a ratio that was computed, as 0.1 + 0.2, may lie beside the one that was meant. */
const tolerance = 1e-12;

/**
 * Whether `part` of `whole` is at least the share `ratio`. It divides: 55 of 100 are 0.55, while
 * 0.55 times 100 is a little more than 55.
 */
export function reachesRatio(part: number, whole: number, ratio: number): boolean {
  return part / whole >= ratio - tolerance;
}
