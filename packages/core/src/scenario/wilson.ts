/** What was found in a sample: so many of so many. */
export interface Sample {
  readonly part: number;
  readonly of: number;
}

/** A limit of a share, as shares of 1. */
export type ShareLimit = { readonly atLeast: number } | { readonly atMost: number };

/** Beyond the interval on one side, by chance. */
const beyond = 0.005;

/**
 * Whether a share is not beyond its limit: it is when the whole interval is, see {@link wilsonInterval}, and where so few
 * are due that a normal distribution tells little, when chance is, see {@link chanceAtLimit}.
 */
export function keepsLimit(sample: Sample, limit: ShareLimit): boolean {
  return intervalKeeps(sample, limit) || chanceAtLimit(sample, limit) >= beyond;
}

/** Whether the interval, or some of it, is not beyond the limit. */
export function intervalKeeps(sample: Sample, limit: ShareLimit): boolean {
  const [low, high] = wilsonInterval(sample);
  return 'atLeast' in limit ? high >= limit.atLeast : low <= limit.atMost;
}

/**
 * How often chance alone brings so many or more that should not be (too few that should) where the true share is the
 * limit: the tail of the binomial distribution, from 0 to 1. Three of 76 at a limit of 1 % are 1 in 24, and Wilson's
 * interval is beyond the limit all the same.
 */
export function chanceAtLimit({ part, of }: Sample, limit: ShareLimit): number {
  const [wrong, share] = 'atLeast' in limit ? [of - part, 1 - limit.atLeast] : [part, limit.atMost];
  if (wrong === 0 || share === 1) return 1;
  if (share === 0) return 0;
  let logOne = of * Math.log1p(-share);
  let fewer = 0;
  for (let count = 0; count < wrong; count += 1) {
    fewer += Math.exp(logOne);
    logOne += Math.log(((of - count) * share) / ((count + 1) * (1 - share)));
  }
  return Math.max(0, 1 - fewer);
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
