/**
 * How many seconds of running are left until the vibration reaches `at`. Wear of a bearing grows with
 * itself, so that its logarithm is a straight line, drawn here by least squares.
 *
 * @param vibrations one for each second of running, the latest last, in mm/s
 * @returns `Infinity` where nothing grows, or there are too few to say
 */
export function secondsLeft(
  vibrations: readonly number[],
  { at, least }: { readonly at: number; readonly least: number },
): number {
  const count = vibrations.length;
  if (count < least) return Infinity;
  const logs = vibrations.map((each) => Math.log(each));
  const middle = (count - 1) / 2;
  const mean = logs.reduce((sum, each) => sum + each, 0) / count;
  let up = 0;
  let across = 0;
  for (const [second, log] of logs.entries()) {
    up += (second - middle) * (log - mean);
    across += (second - middle) ** 2;
  }
  const growth = up / across;
  if (growth <= 0) return Infinity;
  return Math.max(0, (Math.log(at) - (mean + growth * middle)) / growth);
}

/** Median of the last three: one shake is no wear. */
export function latest(vibrations: readonly number[]): number {
  const last = vibrations.slice(-3).toSorted((a, b) => a - b);
  return last[Math.floor(last.length / 2)] ?? 0;
}
