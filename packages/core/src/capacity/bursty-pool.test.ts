import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalPhases } from './arrival-phases.ts';
import { solveBurstyPool } from './bursty-pool.ts';
import { planCapacity } from './plan-capacity.ts';
import { predictPool } from './predict-pool.ts';

/** In erlangs, as the service time is a second. */
const load = (workers: number, queueSize: number, erlangs: number, arrivalVariation: number) => ({
  ratePerSecond: erlangs,
  serviceMs: 1_000,
  workers,
  queueSize,
  arrivalVariation,
});

describe('the phases of arrivals', () => {
  test.each([0.01, 0.2, 0.3, 0.5, 0.75, 1.5, 4, 20])(
    'have a mean of 1 and a squared variation of %d',
    (scv) => {
      const { starts, rates, isSequence } = arrivalPhases(scv);
      let [mean, square] = [0, 0];
      for (const [phase, start] of starts.entries()) {
        const rate = rates[phase] ?? 1;
        const steps = isSequence ? rates.length - phase : 1;
        mean += (start * steps) / rate;
        square += (start * steps * (steps + 1)) / rate ** 2;
      }
      expect(mean).toBeCloseTo(1, 12);
      expect(square - 1).toBeCloseTo(scv, 10);
    },
  );
});

/** The stationary distribution of the chain by brute force: probabilities that are iterated. */
function dropByIteration(offered: number, scv: number, workers: number, queueSize: number): number {
  const { starts, rates } = arrivalPhases(scv);
  const capacity = workers + queueSize;
  const fastest = Math.max(...rates) + workers / offered;
  let states = new Float64Array(2 * (capacity + 1)).fill(1 / (2 * (capacity + 1)));
  for (let step = 0; step < 60_000; step += 1) {
    const next = states.slice();
    for (let n = 0; n <= capacity; n += 1) {
      for (let phase = 0; phase < 2; phase += 1) {
        const flow = states[2 * n + phase] ?? 0;
        const arrives = (flow * (rates[phase] ?? 0)) / fastest;
        const served = (flow * Math.min(n, workers)) / offered / fastest;
        next[2 * n + phase] = (next[2 * n + phase] ?? 0) - arrives - served;
        if (n > 0) next[2 * n - 2 + phase] = (next[2 * n - 2 + phase] ?? 0) + served;
        const to = Math.min(n + 1, capacity);
        for (let then = 0; then < 2; then += 1) {
          next[2 * to + then] = (next[2 * to + then] ?? 0) + arrives * (starts[then] ?? 0);
        }
      }
    }
    states = next;
  }
  const arrivals = (n: number): number =>
    (states[2 * n] ?? 0) * (rates[0] ?? 0) + (states[2 * n + 1] ?? 0) * (rates[1] ?? 0);
  return arrivals(capacity);
}

describe('a pool under bursty arrivals', () => {
  test.each([
    [3, 2, 2.1, 2],
    [2, 5, 1.6, 4.5],
    [4, 0, 6, 3],
  ])(
    'is its Markov chain: %i workers, queue %i, %d erlangs, variation %d',
    (c, k, erlangs, variation) => {
      const { dropRatio, model } = predictPool(load(c, k, erlangs, variation));
      expect(model).toBe('bursty');
      expect(dropRatio).toBeCloseTo(dropByIteration(erlangs, variation ** 2, c, k), 9);
    },
  );

  test('meets random arrivals where the variation is 1', () => {
    for (const variation of [1 - 1e-9, 1 + 1e-9]) {
      const { dropRatio, meanWaitMs } = predictPool(load(5, 10, 4.5, variation));
      const random = predictPool(load(5, 10, 4.5, 1));
      expect(dropRatio / random.dropRatio).toBeCloseTo(1, 4);
      expect(meanWaitMs / random.meanWaitMs).toBeCloseTo(1, 4);
    }
  });

  test('with one worker and an endless queue waits as G/M/1 does, under a clock and under bursts', () => {
    // The root of s = E[exp(-(1 - s) gap)] gives a mean wait of s / (1 - s) (Kleinrock 1975, 6.2).
    for (const [variation, transform] of [
      [0, (x: number) => (1 + x / 256) ** -256],
      [Math.SQRT1_2, (x: number) => (1 + x / 2) ** -2],
    ] as const) {
      let root = 0.5;
      for (let step = 0; step < 200; step += 1) root = transform((1 - root) / 0.8);
      const { meanWaitMs } = predictPool(load(1, Infinity, 0.8, variation));
      expect(meanWaitMs / 1_000).toBeCloseTo(root / (1 - root), 6);
    }
  });

  test('drops what was measured where a correction for heavy traffic said a fifteenth of it', () => {
    // 18 workers, queue 3: see `bench:capacity --only=bursty`.
    const { dropRatio } = predictPool({ ...load(18, 3, 12.6, 3), serviceMs: 1_000 });
    expect(dropRatio).toBeGreaterThan(0.099);
    expect(dropRatio).toBeLessThan(0.103);
  });

  test('never drops less than a fluid, nor less than steadier arrivals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        fc.double({ min: 0.2, max: 4.5, noNaN: true }),
        (workers, queueSize, utilisation, variation) => {
          const drops = (v: number): number =>
            predictPool(load(workers, queueSize, utilisation * workers, v)).dropRatio;
          const found = drops(variation);
          expect(found).toBeGreaterThanOrEqual(1 - 1 / Math.max(1, utilisation) - 1e-12);
          expect(found).toBeLessThanOrEqual(drops(variation * 1.2) * (1 + 1e-9));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('gives weights that add up without a task that is lost on the way', () => {
    const { stages, refused } = solveBurstyPool(30, arrivalPhases(9), 20, 40);
    const admitted = stages.reduce((sum, weight) => sum + weight, 0);
    // What is admitted keeps the workers busy: less than all of them, more than the fluid without waits.
    expect((30 * admitted) / (admitted + refused)).toBeLessThan(20);
    expect(refused / (admitted + refused)).toBeGreaterThan(1 / 3);
  });

  test('is planned with the workers that it takes', () => {
    const needs = {
      ratePerSecond: 1_260,
      serviceMs: 10,
      burstFactor: 2,
      targets: { dropRatio: 0.01 },
    };
    const random = planCapacity(needs);
    const bursts = planCapacity({ ...needs, arrivalVariation: 3 });
    expect(bursts.targeted?.peak.dropRatio).toBeLessThanOrEqual(0.01);
    expect(bursts.workers).toBeGreaterThan(random.workers);
  });
});

test.each([
  [{ arrivalVariation: 3, serviceVariation: 2 }, 'arrivalVariation is 3, serviceVariation is 2'],
  [{ arrivalVariation: 0, serviceVariation: 0 }, 'arrivalVariation is 0, serviceVariation is 0'],
  [{ arrivalVariation: 3, handlers: 2 }, 'arrivalVariation is 3, handlers is 2'],
  [{ serviceVariation: 0.5, handlers: 2 }, 'handlers is 2, serviceVariation is 0.5'],
])('what no model is right about is refused at once: %j', (option, message) => {
  expect(() => predictPool({ ...load(4, 8, 3, 1), ...option })).toThrow(message);
  expect(() => predictPool({ ...load(4, 8, 3, 1), ...option })).toThrow(
    expect.objectContaining({ code: 'NO_MODEL' }),
  );
});
