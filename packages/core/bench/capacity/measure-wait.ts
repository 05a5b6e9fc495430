import type { RecordedWork, ServiceShape } from '../../src/capacity/index.ts';
import { countReplay } from '../../src/capacity/replay-pool.ts';
import { serviceTimeSource } from '../../src/capacity-cli/measure/service-time-source.ts';
import { createRandom } from '../../src/simulation/index.ts';

/** An endless queue under random arrivals, with service times that have a mean of 1 ms. */
export interface VariedLoad {
  readonly shape: ServiceShape;
  /** Standard deviation over mean of the service time. */
  readonly variation: number;
  readonly workers: number;
  readonly utilisation: number;
}

const perRun = 100_000;
/** The share of each run in which the empty pool fills. */
const warmUp = 0.1;
const leastRuns = 10;
const mostRuns = 1_200;

/**
 * The mean wait, over as many independent runs as it takes until `isEnough` (10 to 1,200 of 100,000
 * arrivals each), by the waiting-time recursion: a test shows that it is the real pool event by event.
 */
export function measureWait(
  load: VariedLoad,
  seed: number,
  isEnough: (measured: number, error: number) => boolean,
): { readonly measured: number; readonly error: number; readonly arrivals: number } {
  const means: number[] = [];
  let measured = 0;
  let error = Infinity;
  while (means.length < mostRuns) {
    means.push(meanWait(workOf(load, seed, means.length), load.workers));
    const { length } = means;
    if (length < leastRuns) continue;
    measured = means.reduce((sum, mean) => sum + mean, 0) / length;
    const squares = means.reduce((sum, mean) => sum + (mean - measured) ** 2, 0);
    error = Math.sqrt(squares / (length - 1) / length) / measured;
    if (isEnough(measured, error)) break;
  }
  return { measured, error, arrivals: means.length * perRun };
}

function workOf(
  { shape, variation, workers, utilisation }: VariedLoad,
  seed: number,
  run: number,
): RecordedWork {
  const name = [shape, variation, workers, utilisation, run].join('/');
  const draw = serviceTimeSource(
    { meanMs: 1, variation, shape },
    createRandom(seed, name, 'service'),
  );
  const gaps = createRandom(seed, name, 'arrivals');
  const meanGapMs = 1 / (utilisation * workers);
  const atMs = new Float64Array(perRun);
  const serviceMs = new Float64Array(perRun);
  for (let index = 0, at = 0; index < perRun; index += 1) {
    at += gaps.exponential(meanGapMs);
    atMs[index] = at;
    serviceMs[index] = draw();
  }
  return { atMs, serviceMs };
}

function meanWait(work: RecordedWork, workers: number): number {
  const waitsMs = new Float64Array(perRun);
  countReplay(work, { workers, queueSize: Infinity }, { waitsMs });
  const counted = waitsMs.subarray(perRun * warmUp);
  return counted.reduce((sum, wait) => sum + wait, 0) / counted.length;
}
