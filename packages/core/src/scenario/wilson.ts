/** What was found in a sample: so many of so many. */
export interface Sample {
  readonly part: number;
  readonly of: number;
}

/** A limit of a share, as shares of 1. */
export type ShareLimit = { readonly atLeast: number } | { readonly atMost: number };

/** Whether a share is not beyond its limit: it is when the whole interval is, see {@link wilsonInterval}. */
export function keepsLimit(sample: Sample, limit: ShareLimit): boolean {
  const [low, high] = wilsonInterval(sample);
  return 'atLeast' in limit ? high >= limit.atLeast : low <= limit.atMost;
}

/** Standard normal quantile of the two-sided 99 % interval. */
const z99 = 2.575_829_3;

/**
 * The interval in which the true share lies with 99 % confidence (Wilson 1927), as shares of 1. Of
 * nothing, it is all there is.
 */
export function wilsonInterval({ part, of }: Sample): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const share = part / of;
  const z2 = z99 ** 2;
  const middle = share + z2 / (2 * of);
  const half = z99 * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of ** 2));
  const scale = 1 + z2 / of;
  // At both ends it is exact; the formula is so but for rounding.
  return [
    part === 0 ? 0 : Math.max(0, (middle - half) / scale),
    part === of ? 1 : Math.min(1, (middle + half) / scale),
  ];
}
