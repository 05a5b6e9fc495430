import { logNormalThirdMoment, fitTwoPhases } from './two-phase.ts';

/**
 * The family of a service time that varies more than an exponential one. Mean and variation alone
 * do not decide how long work waits for several workers (Gupta, Harchol-Balter, Dai and Zwart 2010,
 * "On the inapproximability of M/G/K"): with equal ones, waits differ by a factor of two and more.
 *
 * - `log-normal`: many small causes multiply; what most services measure. The default.
 * - `gamma`: a lighter tail, and many very short ones.
 * - `hyperexponential`: two kinds of work, each with half of the total time (balanced means).
 */
export type ServiceShape = 'log-normal' | 'gamma' | 'hyperexponential';

/** The shapes of service times, as a command line may name them. */
export const serviceShapes: readonly ServiceShape[] = ['log-normal', 'gamma', 'hyperexponential'];

/**
 * The third moment (over the cube of the mean) with which two phases stand for this shape in a pool.
 *
 * Two phases with the log-normal's own third moment understate its waits by up to half, as that
 * moment comes from times so long that they hardly ever occur. What counts is for how long several
 * workers stay busy together. In light traffic the mean wait is the integral of Fe(t)^k, with Fe the
 * tail of the remaining service time and k the workers (Burman and Smith 1983, "A light-traffic
 * theorem for multi-server queues"); in heavy traffic it is set by two moments whatever the third
 * (Kingman, Köllerström). So the third moment is chosen that makes this integral that of the shape.
 * Close to full load a few workers matter, in light traffic all do: k = 1 + 0.3 idle workers, at
 * least 2 and at most 12, was fitted to simulations with 2 to 20 workers at loads of 0.5 to 0.9.
 *
 * @param scv squared variation coefficient, above 1
 * @param idleWorkers mean number of idle workers; 0 in overload
 */
export function effectiveThirdMoment(
  shape: ServiceShape,
  scv: number,
  idleWorkers: number,
): number {
  if (shape === 'hyperexponential') return balancedThirdMoment(scv);
  const power = Math.min(12, Math.max(2, 1 + 0.3 * idleWorkers));
  const tail = shape === 'gamma' ? gammaRemaining(scv) : logNormalRemaining(scv);
  return matchedThirdMoment(scv, power, tail);
}

function balancedThirdMoment(scv: number): number {
  const often = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2;
  return 6 * (often / (2 * often) ** 3 + (1 - often) / (2 * (1 - often)) ** 3);
}

/** Probability that the remaining service time, with a mean of 1 for the whole, is longer than this. */
type Remaining = (t: number) => number;

function matchedThirdMoment(scv: number, power: number, tail: Remaining): number {
  const wanted = together(tail, power);
  // Close to the exponential there is next to nothing to choose; the search stays in what is sane.
  let low = Math.log(1.5 * (1 + scv) ** 2 * 1.0001);
  let high = Math.log(Math.max(1.51 * (1 + scv) ** 2, logNormalThirdMoment(scv)));
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (together(phasesRemaining(scv, Math.exp(middle)), power) > wanted) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** For how long so many workers stay busy together. */
function together(tail: Remaining, power: number): number {
  return integrate((t) => tail(t) ** power);
}

function phasesRemaining(scv: number, thirdMoment: number): Remaining {
  const { startsInFirst, firstPerMs, secondPerMs } = fitTwoPhases(1, scv, thirdMoment);
  const first = startsInFirst / firstPerMs;
  return (t) => first * Math.exp(-firstPerMs * t) + (1 - first) * Math.exp(-secondPerMs * t);
}

function logNormalRemaining(scv: number): Remaining {
  const variance = Math.log(1 + scv);
  const sigma = Math.sqrt(variance);
  const mu = -variance / 2;
  return (t) => {
    const z = (mu - Math.log(t)) / sigma;
    return Math.max(0, normalBelow(z + sigma) - t * normalBelow(z));
  };
}

function gammaRemaining(scv: number): Remaining {
  const order = 1 / scv;
  const logGamma = Math.log(gammaOf(order + 1));
  return (t) => {
    const x = order * t;
    // The share of the work, and of the events, that is longer than t differ by this density.
    const density = Math.exp(order * Math.log(x) - x - logGamma);
    const longer = gammaBeyond(order, x, density);
    return Math.max(0, longer + density - t * longer);
  };
}

/**
 * The share of a gamma distribution of this order beyond x: by the series of the lower incomplete
 * gamma function for small x, by its continued fraction for large (Abramowitz and Stegun 1964, 6.5.29
 * and 6.5.31).
 *
 * @param density x^order e^-x / gamma(order + 1)
 */
function gammaBeyond(order: number, x: number, density: number): number {
  if (x < order + 1) {
    let sum = 1;
    for (let n = 1, term = 1; term > 1e-12 * sum; n += 1) {
      term *= x / (order + n);
      sum += term;
    }
    return 1 - density * sum;
  }
  let fraction = 0;
  for (let n = 100; n >= 1; n -= 1) {
    fraction = (n * (n - order)) / (x + 2 * n + 1 - order - fraction);
  }
  return (density * order) / (x + 1 - order - fraction);
}

/** The gamma function from 1 to 2 (Abramowitz and Stegun 1964, 6.1.36; error 3e-7). */
function gammaOf(x: number): number {
  const coefficients = [
    -0.577_191_652, 0.988_205_891, -0.897_056_937, 0.918_206_857, -0.756_704_078, 0.482_199_394,
    -0.193_527_818, 0.035_868_343,
  ];
  return 1 + coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * (x - 1), 0);
}

/** From 0 to infinity, over the logarithm of t: the scales of a heavy tail are all alike there. */
function integrate(f: (t: number) => number): number {
  const step = 0.05;
  let sum = 0;
  for (let y = -14; y < 14; y += step) {
    const t = Math.exp(y);
    sum += f(t) * t;
  }
  return sum * step;
}

/** The standard normal distribution function (Abramowitz and Stegun 1964, 26.2.17; error 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const poly =
    t *
    (0.319_381_530 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  const above = (poly * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z >= 0 ? 1 - above : above;
}
