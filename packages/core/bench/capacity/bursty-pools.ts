import { predictPool, type PoolLoad } from '../../src/capacity/index.ts';
import { simulateLoad } from '../../src/capacity-cli/measure/simulate-load.ts';
import type { OnProgress } from '../progress.ts';
import type { Findings, Miss } from './goal.ts';

const utilisations = [0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.3, 1.5];
/** Squared variation coefficients of the time between arrivals. */
const variations = [1.5, 4, 10, 20];
const pools = [
  { workers: 18, queueSize: 3 },
  { workers: 4, queueSize: 2 },
];
const serviceMs = 10;
const replications = 30;

/** Student's t at 29 degrees of freedom, two-sided. */
const t = { '99 %': 2.756_386, '99.99 %': 4.505_512 } as const;

/** What has never happened may happen so often in all events: -ln(1 - level), by Poisson. */
const unseen = { '99 %': 4.605, '99.99 %': 9.21 } as const;

interface BurstyCase extends PoolLoad {
  readonly predicted: number;
  /** Mean of the replications, and its standard error. */
  readonly measured: number;
  readonly error: number;
}

/**
 * Drop rates of H2/M/c/K, bursty arrivals from far below to far above capacity, each against the real
 * pool in thirty runs with seeds of their own.
 *
 * @param events of each run
 */
export async function checkBurstyPools(
  events: number,
  seed: number,
  onProgress: OnProgress,
): Promise<Findings> {
  const loads = pools.flatMap((pool) =>
    variations.flatMap((scv) =>
      utilisations.map((utilisation) => ({
        ...pool,
        serviceMs,
        ratePerSecond: (utilisation * pool.workers * 1_000) / serviceMs,
        arrivalVariation: Math.sqrt(scv),
      })),
    ),
  );
  const cases: BurstyCase[] = [];
  for (const load of loads) {
    cases.push(await compare(load, events, seed));
    onProgress(cases.length, loads.length);
  }
  const outside = (level: keyof typeof t): BurstyCase[] =>
    cases.filter(({ predicted, measured, error }) =>
      measured === 0
        ? predicted > unseen[level] / (events * replications)
        : Math.abs(predicted - measured) > t[level] * error,
    );
  const within99 = cases.length - outside('99 %').length;
  const off = outside('99.99 %');
  return {
    goals: [
      {
        what: `drop rate of ${cases.length} H2/M/c/K pools, utilisation 0.3 to 1.5, squared variation of arrivals 1.5 to 20`,
        must: 'all in the 99.99 % interval, 95 % of them in the 99 %',
        measured: `${cases.length - off.length} and ${within99} of ${cases.length}`,
        isMet: off.length === 0 && within99 >= 0.95 * cases.length,
      },
    ],
    misses: off.map((one) => missOf(one, events, seed)),
    cases,
  };
}

async function compare(load: PoolLoad, events: number, seed: number): Promise<BurstyCase> {
  const drops: number[] = [];
  for (let run = 0; run < replications; run += 1) {
    const { dropRatio } = await simulateLoad(load, { seed: seed + 1_000 * run, count: events });
    drops.push(dropRatio.mean);
  }
  const measured = drops.reduce((sum, drop) => sum + drop, 0) / drops.length;
  const squares = drops.reduce((sum, drop) => sum + (drop - measured) ** 2, 0);
  const error = Math.sqrt(squares / (drops.length - 1) / drops.length);
  return { ...load, predicted: predictPool(load).dropRatio, measured, error };
}

function missOf(one: BurstyCase, events: number, seed: number): Miss {
  const {
    workers,
    queueSize,
    ratePerSecond,
    arrivalVariation = 1,
    predicted,
    measured,
    error,
  } = one;
  return {
    what:
      `${workers} workers, queue ${queueSize}, ${ratePerSecond} /s, variation of arrivals ${arrivalVariation.toFixed(2)}: ` +
      `predicted ${predicted.toPrecision(4)}, measured ${measured.toPrecision(4)} +- ${error.toPrecision(2)}`,
    replay:
      `pnpm capacity --events-per-second=${ratePerSecond} --processing-ms=${serviceMs} --arrival-variation=${arrivalVariation} ` +
      `--workers=${workers} --queue=${queueSize} --validate --events=${events * replications} --seed=${seed}`,
  };
}
