import { describe, expect, test } from 'vitest';
import { predictPool, type RecordedWork, replayPool } from '../../capacity/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { holds, ratioEstimate } from './batch-means.ts';
import { simulateLoad } from './simulate-load.ts';
import { simulatePool } from './simulate-pool.ts';

/** Whole microseconds, as the virtual clock has no finer ones. */
const micros = (ms: number): number => Math.max(0.001, Math.round(ms * 1_000) / 1_000);

function someWork(count: number, meanGapMs: number, meanServiceMs: number): RecordedWork {
  const random = createRandom(7, 'work');
  let at = 0;
  const atMs = Float64Array.from({ length: count }, () => {
    at += micros(random.exponential(meanGapMs));
    return micros(at);
  });
  const serviceMs = Float64Array.from({ length: count }, () =>
    micros(random.exponential(meanServiceMs)),
  );
  return { atMs, serviceMs };
}

describe('the real pool under virtual time', () => {
  test.each([
    { workers: 1, queueSize: 0 },
    { workers: 3, queueSize: 4 },
    { workers: 8, queueSize: 30 },
  ])(
    'does event by event what the waiting-time recursion says, $workers and $queueSize',
    async (size) => {
      const work = someWork(5_000, 10 / size.workers, 10.5);
      const replayed = replayPool(work, size);
      const measured = await simulatePool({
        ...size,
        handlers: 1,
        seed: 1,
        count: 5_000,
        countsFrom: 0,
        *arrivals() {
          for (const [index, atMs] of work.atMs.entries()) {
            yield { atMs, serviceMs: [work.serviceMs[index] ?? 0] };
          }
        },
      });
      expect(replayed.dropped).toBeGreaterThan(0);
      expect(measured.dropRatio.mean).toBeCloseTo(replayed.dropRatio, 12);
      expect(measured.meanWaitMs.mean).toBeCloseTo(replayed.meanWaitMs, 2);
      expect(measured.waitP99Ms).toBeCloseTo(replayed.waitP99Ms, 1);
    },
  );

  test.each([
    { handlers: 1, serviceVariation: 1, workers: 5, queueSize: 15, ratePerSecond: 500 },
    { handlers: 5, serviceVariation: 1, workers: 5, queueSize: 25, ratePerSecond: 95 },
    { handlers: 1, serviceVariation: 0.5, workers: 4, queueSize: 8, ratePerSecond: 380 },
    { handlers: 1, serviceVariation: 2, workers: 4, queueSize: 8, ratePerSecond: 350 },
  ])('drops what is predicted: %j', async (load) => {
    const full = { ...load, serviceMs: 10 };
    const { dropRatio, meanWaitMs } = await simulateLoad(full, { seed: 3, count: 20_000 });
    const predicted = predictPool(full);
    expect(dropRatio.low).toBeLessThan(predicted.dropRatio * 1.15);
    expect(dropRatio.high).toBeGreaterThan(predicted.dropRatio * 0.85);
    expect(meanWaitMs.low).toBeLessThan(predicted.meanWaitMs * 1.15);
    expect(meanWaitMs.high).toBeGreaterThan(predicted.meanWaitMs * 0.85);
  });

  test('is the same with the same seed, and another with another', async () => {
    const load = { ratePerSecond: 500, serviceMs: 10, workers: 5, queueSize: 15 };
    const run = (seed: number): ReturnType<typeof simulateLoad> =>
      simulateLoad(load, { seed, count: 2_000 });
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });
});

describe('batch means', () => {
  test('give the ratio of the sums, and its interval', () => {
    const batches = Array.from({ length: 30 }, (_, index) => ({
      numerator: index % 2 === 0 ? 4 : 6,
      denominator: 100,
    }));
    const estimate = ratioEstimate(batches);
    expect(estimate.mean).toBeCloseTo(0.05, 12);
    // Standard error: the batches are 0.01 off, and there are 30 of them.
    const error = (0.01 * Math.sqrt(30 / 29)) / Math.sqrt(30);
    expect(estimate.high - estimate.mean).toBeCloseTo(2.756386 * error, 9);
    expect(holds(estimate, 0.05)).toBe(true);
    expect(holds(estimate, 0.06)).toBe(false);
  });

  test('of nothing are zero', () => {
    const estimate = ratioEstimate([{ numerator: 0, denominator: 0 }]);
    expect(estimate).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
