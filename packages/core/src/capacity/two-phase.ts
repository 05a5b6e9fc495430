/**
 * A service time in at most two exponential phases: with probability `startsInFirst` the first,
 * otherwise the second alone; after the first, the second follows with probability `continues`.
 *
 * Two phases are few enough for a pool to be solved exactly, and enough for every variation
 * coefficient from 0.71 up.
 */
export interface TwoPhases {
  readonly startsInFirst: number;
  /** Ends of the first phase, each ms. */
  readonly firstPerMs: number;
  /** Ends of the second phase, each ms. */
  readonly secondPerMs: number;
  readonly continues: number;
}

/** The least squared variation coefficient of two phases: two equal ones, one after the other. */
export const leastTwoPhaseScv = 0.5;

/**
 * Third moment over the cube of the mean, E[X^3] / E[X]^3, of the log-normal distribution with this
 * squared variation coefficient: (1 + scv)^3. The usual shape of measured service times.
 */
export function logNormalThirdMoment(scv: number): number {
  return (1 + scv) ** 3;
}

/**
 * Fits two phases to a mean, a squared variation coefficient of at least 0.5, and above 1 also to a
 * third moment (over the cube of the mean).
 *
 * Up to 1: a mixture of one and two phases of one rate (Tijms 2003, "A First Course in Stochastic
 * Models", appendix B). Above: the hyperexponential distribution with these three moments (Whitt
 * 1982, "Approximating a point process by a renewal process, I", section 3.1); a third moment that
 * no such distribution has, at or below 1.5 (1 + scv)^2, is raised to just above.
 */
export function fitTwoPhases(meanMs: number, scv: number, thirdMoment: number): TwoPhases {
  if (scv === 1) {
    return { startsInFirst: 0, firstPerMs: 1 / meanMs, secondPerMs: 1 / meanMs, continues: 0 };
  }
  if (scv < 1) {
    const single = (2 * scv - Math.sqrt(Math.max(0, 2 - 2 * scv))) / (1 + scv);
    const perMs = (2 - single) / meanMs;
    return { startsInFirst: 1, firstPerMs: perMs, secondPerMs: perMs, continues: 1 - single };
  }
  return fitHyperexponential(meanMs, scv, thirdMoment);
}

/**
 * With the moments of the phases' means x and y under weights p and 1 - p, m1 = p x + (1 - p) y,
 * m2 = p x^2 + (1 - p) y^2, m3 = p x^3 + (1 - p) y^3 (each service moment over k!), x and y are the
 * roots of z^2 - s z + d with s = (m3 - m1 m2) / (m2 - m1^2), d = s m1 - m2.
 */
function fitHyperexponential(meanMs: number, scv: number, thirdMoment: number): TwoPhases {
  const m2 = (1 + scv) / 2;
  const m3 = Math.max(thirdMoment, 1.5 * (1 + scv) ** 2 * 1.000_001) / 6;
  const sum = (m3 - m2) / (m2 - 1);
  const product = sum - m2;
  const long = (sum + Math.sqrt(sum * sum - 4 * product)) / 2;
  const short = product / long;
  return {
    startsInFirst: (1 - short) / (long - short),
    firstPerMs: 1 / (long * meanMs),
    secondPerMs: 1 / (short * meanMs),
    continues: 0,
  };
}
