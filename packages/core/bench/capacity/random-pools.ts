import { predictPool } from '../../src/capacity/index.ts';
import { holds } from '../../src/capacity-cli/measure/batch-means.ts';
import { simulateLoad } from '../../src/capacity-cli/measure/simulate-load.ts';
import { createRandom, type Random } from '../../src/simulation/index.ts';
import type { Findings, Miss } from './goal.ts';
import type { OnProgress } from '../progress.ts';

const serviceMs = 10;
const mostWorkers = 100;

interface RandomPool {
  readonly workers: number;
  readonly queueSize: number;
  readonly ratePerSecond: number;
}

/** A pool whose predicted drop rate is this, by bisection over the load. */
function poolWith(dropRatio: number, random: Random): RandomPool {
  const workers = Math.round(mostWorkers ** random.next());
  const queueSize = Math.round(workers * 4 * random.next());
  let low = 0;
  let high = (3 * workers * 1_000) / serviceMs / (1 - dropRatio);
  for (let step = 0; step < 60; step += 1) {
    const ratePerSecond = (low + high) / 2;
    const found = predictPool({ ratePerSecond, serviceMs, workers, queueSize }).dropRatio;
    if (found < dropRatio) low = ratePerSecond;
    else high = ratePerSecond;
  }
  return { workers, queueSize, ratePerSecond: low };
}

/**
 * Events to simulate: some thousand drops, and batches of a hundred service times or more. Drops come
 * in clusters, and shorter batches depend on each other still more: even so the intervals are a little
 * narrow, and hold in 96 to 97 % of the pools rather than in 99.
 */
function eventsFor({ workers }: RandomPool, dropRatio: number): number {
  return Math.round(Math.min(1_000_000, Math.max(100_000, 3_000 * workers, 1_000 / dropRatio)));
}

/**
 * Random M/M/c/K pools, the real ones under virtual time: 1 to 100 workers evenly over their
 * logarithm, up to 4 queue places each, drop rates from 0.1 % to 50 % evenly over their logarithm.
 */
export async function checkRandomPools(
  pools: number,
  seed: number,
  onProgress: OnProgress,
): Promise<Findings> {
  const random = createRandom(seed, 'pools');
  const misses: Miss[] = [];
  const cases: object[] = [];
  for (let index = 0; index < pools; index += 1) {
    const wanted = 0.001 * 500 ** random.next();
    const pool = poolWith(wanted, random);
    const { dropRatio: predicted, utilisation } = predictPool({ ...pool, serviceMs });
    const run = { seed: seed + index, count: eventsFor(pool, predicted) };
    const { dropRatio: measured } = await simulateLoad({ ...pool, serviceMs }, run);
    const isInside = holds(measured, predicted);
    cases.push({ ...pool, serviceMs, utilisation, predicted, measured, isInside, ...run });
    if (!isInside) misses.push(missOf(pool, run, predicted, measured));
    onProgress(index + 1, pools);
  }
  const inside = pools - misses.length;
  return {
    goals: [
      {
        what: `drop rate of ${pools} random M/M/c/K pools, 0.1 % to 50 %`,
        must: 'in the 99 % interval in at least 95 %',
        measured: `${inside} of ${pools} (${((100 * inside) / pools).toFixed(1)} %)`,
        isMet: inside >= 0.95 * pools,
      },
    ],
    misses,
    cases,
  };
}

function missOf(
  { workers, queueSize, ratePerSecond }: RandomPool,
  { seed, count }: { readonly seed: number; readonly count: number },
  predicted: number,
  measured: { readonly low: number; readonly high: number },
): Miss {
  return {
    what:
      `${workers} workers, queue ${queueSize}: predicted ${predicted.toPrecision(4)}, ` +
      `measured ${measured.low.toPrecision(4)} to ${measured.high.toPrecision(4)}`,
    replay:
      `pnpm capacity --events-per-second=${ratePerSecond} --processing-ms=${serviceMs} ` +
      `--workers=${workers} --queue=${queueSize} --validate --events=${count} --seed=${seed}`,
  };
}
