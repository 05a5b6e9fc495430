import { predictPool, type ServiceShape, serviceShapes } from '../../src/capacity/index.ts';
import type { Findings, Miss } from './goal.ts';
import type { OnProgress } from '../progress.ts';
import { measureWait, type VariedLoad } from './measure-wait.ts';

interface VariedWait extends VariedLoad {
  /** Mean waits in service times. */
  readonly predicted: number;
  readonly measured: number;
  /** Standard error of the measurement, over it. */
  readonly error: number;
  readonly arrivals: number;
}

const variations = [0.5, 0.75, 1, 1.5, 2, 3, 4];
const pools = [2, 5, 10, 20, 50, 100];
const utilisations = [0.5, 0.7, 0.9];

const tolerance = 0.15;

/** Shorter mean waits than a fiftieth of a service time are no waits that anybody plans for. */
const leastWait = 0.02;

function* loads(): Generator<VariedLoad> {
  for (const shape of serviceShapes) {
    for (const variation of variations.filter((value) => differs(shape, value))) {
      for (const workers of pools) {
        for (const utilisation of utilisations) yield { shape, variation, workers, utilisation };
      }
    }
  }
}

/** At 1 all shapes are the exponential, and below it there is no hyperexponential. */
function differs(shape: ServiceShape, variation: number): boolean {
  return shape === 'log-normal' || (shape === 'gamma' ? variation !== 1 : variation > 1);
}

/** How a load is called, and chosen with `--case`. */
function nameOf({ shape, variation, workers, utilisation }: VariedLoad): string {
  return `${shape}/${variation}/${workers}/${utilisation}`;
}

/**
 * Mean waits of M/G/c, with service times of three shapes, against the waiting-time recursion; heavy
 * tails take many millions of arrivals to average out.
 *
 * @param only the name of one load, or undefined for all
 */
export function checkVariedWaits(
  seed: number,
  onProgress: OnProgress,
  only: string | undefined,
): Findings {
  const chosen = [...loads()].filter((load) => only === undefined || nameOf(load) === only);
  const cases: VariedWait[] = [];
  for (const [index, load] of chosen.entries()) {
    const one = compare(load, seed);
    if (one.measured >= leastWait) cases.push(one);
    onProgress(index + 1, chosen.length);
  }
  const off = cases.filter(isOff);
  const worst = cases.toSorted((a, b) => distance(b) - distance(a))[0];
  const within10 = cases.filter((one) => distance(one) <= 0.1).length;
  const undecided = cases.filter((one) => Math.abs(distance(one) - tolerance) <= 3 * one.error);
  return {
    goals: [
      {
        what: `mean wait of ${cases.length} M/G/c pools, variation 0.5 to 4, utilisation 0.5 to 0.9, waits from ${leastWait} service times`,
        must: 'within 15 %',
        measured:
          `${off.length} outside, ${within10} within 10 %, ` +
          `${undecided.length} too close to the goal for the precision of the measurement; ` +
          `farthest: ${worst === undefined ? 'none' : describe(worst)}`,
        isMet: off.length === 0,
      },
    ],
    misses: off.map((one) => missOf(one, seed)),
    cases,
  };
}

function distance({ predicted, measured }: VariedWait): number {
  return Math.abs(predicted / measured - 1);
}

/** The measurement is itself uncertain: only what is certainly off counts. */
function isOff(one: VariedWait): boolean {
  return distance(one) > tolerance + 3 * one.error;
}

function missOf(one: VariedWait, seed: number): Miss {
  return {
    what: describe(one),
    replay: `node packages/core/bench/capacity/main.ts --only=waits --seed=${seed} --case=${nameOf(one)}`,
  };
}

function describe(one: VariedWait): string {
  const { predicted, measured, error } = one;
  const away = 100 * (predicted / measured - 1);
  return (
    `${nameOf(one)} predicted ${predicted.toPrecision(3)}, measured ${measured.toPrecision(3)} ` +
    `+- ${(100 * error).toFixed(1)} % (${away > 0 ? '+' : ''}${away.toFixed(1)} %)`
  );
}

function compare(load: VariedLoad, seed: number): VariedWait {
  const { shape, variation, workers, utilisation } = load;
  const predicted = predictPool({
    ratePerSecond: utilisation * workers * 1_000,
    serviceMs: 1,
    workers,
    queueSize: Infinity,
    serviceVariation: variation,
    serviceShape: shape,
  }).meanWaitMs;
  return {
    ...load,
    predicted,
    ...measureWait(load, seed, (measured, error) => {
      // Until it is certain on which side of the goal the prediction lies.
      const margin = Math.abs(Math.abs(predicted / measured - 1) - tolerance);
      return margin > 4 * error || measured < leastWait / 2;
    }),
  };
}
