import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erlangB, erlangC } from './erlang.ts';
import { allenCunneenWaitMs } from './mean-wait.ts';
import type { PoolLoad } from './pool-load.ts';
import { predictPool, waitQuantileMs } from './predict-pool.ts';

/** In erlangs, as the service time is a second. */
const load = (workers: number, queueSize: number, erlangs: number): PoolLoad => ({
  ratePerSecond: erlangs,
  serviceMs: 1_000,
  workers,
  queueSize,
});

describe('with exponential service times', () => {
  test('a pool without a queue is Erlang B', () => {
    expect(predictPool(load(10, 0, 10)).dropRatio).toBeCloseTo(erlangB(10, 10), 13);
  });

  test('one worker is M/M/1/K', () => {
    const rho = 0.8;
    const places = 5;
    const expected = ((1 - rho) * rho ** places) / (1 - rho ** (places + 1));
    expect(predictPool(load(1, places - 1, rho)).dropRatio).toBeCloseTo(expected, 14);
  });

  test('an endless queue is Erlang C, with exponential waits', () => {
    const endless = load(5, Infinity, 4);
    const { waitProbability, meanWaitMs } = predictPool(endless);
    expect(waitProbability).toBeCloseTo(erlangC(5, 4), 12);
    expect(meanWaitMs).toBeCloseTo(1_000 * erlangC(5, 4), 9);
    // P(W > t) = C exp(-(c - a) t), so the wait that 1 % exceed is ln(C / 0.01) / (c - a).
    expect(waitQuantileMs(endless, 0.99)).toBeCloseTo(1_000 * Math.log(erlangC(5, 4) / 0.01), 3);
  });

  test('an endless queue that cannot keep up waits for ever', () => {
    const { meanWaitMs, waitP99Ms, dropRatio, throughputPerSecond } = predictPool(
      load(5, Infinity, 6),
    );
    expect([meanWaitMs, waitP99Ms]).toEqual([Infinity, Infinity]);
    expect(dropRatio).toBe(0);
    expect(throughputPerSecond).toBeCloseTo(5, 12);
  });

  test('far above capacity it drops what a fluid would, and no pool ever drops less', () => {
    const { dropRatio, fluidDropRatio } = predictPool(load(100, 10_000, 1_000));
    expect(fluidDropRatio).toBeCloseTo(0.9, 12);
    expect(dropRatio).toBeCloseTo(0.9, 6);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 200 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (workers, queueSize, utilisation) => {
          const found = predictPool(load(workers, queueSize, utilisation * workers));
          expect(found.dropRatio).toBeGreaterThanOrEqual(found.fluidDropRatio - 1e-12);
          expect(found.dropRatio).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('ten thousand workers with a long queue neither overflow nor underflow', () => {
    for (const erlangs of [1, 9_000, 9_990, 10_000, 10_100, 50_000]) {
      const { dropRatio, busyRatio, waitP99Ms } = predictPool(load(10_000, 40_000, erlangs));
      // What is carried is what is busy: the balance of the whole, to rounding.
      expect((erlangs * (1 - dropRatio)) / 10_000).toBeCloseTo(busyRatio, 9);
      expect(busyRatio).toBeLessThanOrEqual(1);
      expect(waitP99Ms).toBeLessThan(6_000);
    }
  });

  test('more workers, a longer queue and less load never drop more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 100 }),
        fc.double({ min: 0.05, max: 60, noNaN: true }),
        (workers, queueSize, erlangs) => {
          const { dropRatio } = predictPool(load(workers, queueSize, erlangs));
          const most = dropRatio * (1 + 1e-9);
          const dropped = (...size: Parameters<typeof load>): number =>
            predictPool(load(...size)).dropRatio;
          expect(dropped(workers + 1, queueSize, erlangs)).toBeLessThanOrEqual(most);
          expect(dropped(workers, queueSize + 1, erlangs)).toBeLessThanOrEqual(most);
          expect(dropped(workers, queueSize, 0.9 * erlangs)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe('with events of several handlers', () => {
  test('one place for two tasks admits nothing', () => {
    expect(predictPool({ ...load(1, 0, 0.5), handlers: 2 }).dropRatio).toBe(1);
  });

  test('two tasks on two workers without a queue need both of them free', () => {
    // States 0, 1 and 2 tasks; from 0 to 2 at rate 1, from 2 to 1 at rate 2, from 1 to 0 at rate 1:
    // their probabilities are 1, 1 and 1/2 over their sum, and only the first admits an event.
    const { dropRatio } = predictPool({ ...load(2, 0, 1), handlers: 2 });
    expect(dropRatio).toBeCloseTo(0.6, 14);
  });

  test('the same work in larger pieces drops more', () => {
    const single = predictPool(load(5, 15, 5));
    const fivefold = predictPool({ ...load(5, 15, 1), handlers: 5 });
    expect(fivefold.utilisation).toBeCloseTo(single.utilisation, 12);
    expect(fivefold.dropRatio).toBeGreaterThan(2 * single.dropRatio);
  });
});

/** What a pool with two queue places a worker drops at a load of 0.9. */
function near(serviceVariation: number, workers = 20): number {
  const sized = load(workers, 2 * workers, 0.9 * workers);
  return predictPool({ ...sized, serviceVariation }).dropRatio;
}

describe('with other service times', () => {
  test.each([0.75, 1.5, 2.5])(
    'one worker and variation %d is Pollaczek and Khinchine',
    (variation) => {
      const { meanWaitMs, model } = predictPool({
        ...load(1, Infinity, 0.8),
        serviceVariation: variation,
      });
      expect(model).toBe('two-phase');
      expect(meanWaitMs / ((0.8 / 0.2) * (1 + variation ** 2) * 500)).toBeCloseTo(1, 6);
    },
  );

  test.each([0, 0.3, 0.5])('one worker and variation %d, extrapolated, still is', (variation) => {
    const { meanWaitMs, model } = predictPool({
      ...load(1, Infinity, 0.8),
      serviceVariation: variation,
    });
    expect(model).toBe('extrapolated');
    expect(meanWaitMs / ((0.8 / 0.2) * (1 + variation ** 2) * 500)).toBeCloseTo(1, 6);
  });

  test('without a queue only the mean counts (Erlang B is insensitive)', () => {
    for (const serviceVariation of [0.8, 1.5, 3]) {
      const { dropRatio } = predictPool({ ...load(8, 0, 7), serviceVariation });
      expect(dropRatio).toBeCloseTo(erlangB(8, 7), 9);
    }
  });

  test('the models meet where one takes over from the other', () => {
    expect(near(1.0001) / near(1)).toBeCloseTo(1, 2);
    expect(near(0.9999) / near(1)).toBeCloseTo(1, 2);
    expect(near(Math.SQRT1_2 + 1e-4) / near(Math.SQRT1_2 - 1e-4)).toBeCloseTo(1, 2);
    expect(near(2, 33) / near(2, 32)).toBeGreaterThan(0.7);
    expect(near(2, 33) / near(2, 32)).toBeLessThan(1.1);
  });

  test('Allen and Cunneen is exact for one worker, and far off for many', () => {
    const varied = { ratePerSecond: 0.8, serviceMs: 1_000, serviceVariation: 2 };
    const one = predictPool({ ...varied, workers: 1, queueSize: Infinity });
    expect(allenCunneenWaitMs({ ...varied, workers: 1 })).toBeCloseTo(one.meanWaitMs, 3);
    const many = { ...varied, ratePerSecond: 14, workers: 20 };
    const exact = predictPool({ ...many, queueSize: Infinity });
    expect(allenCunneenWaitMs(many)).toBeGreaterThan(1.3 * exact.meanWaitMs);
  });
});

test('no load neither waits nor drops', () => {
  expect(predictPool(load(2, 3, 0))).toMatchObject({ dropRatio: 0, meanWaitMs: 0, utilisation: 0 });
});

test('bad options are refused by name and value', () => {
  expect(() => predictPool(load(0, 1, 1))).toThrow('workers is 0');
  expect(() => predictPool(load(1, -1, 1))).toThrow('queueSize is -1');
  expect(() => predictPool({ ...load(1, 1, 1), serviceMs: Number.NaN })).toThrow(
    'serviceMs is NaN',
  );
  expect(() => predictPool({ ...load(1, 1, 1), handlers: 0 })).toThrow('handlers is 0');
  expect(() => waitQuantileMs(load(1, 1, 1), 1)).toThrow('share is 1');
});

test.each([
  ['gamma', 10, 0.5, 0.0498],
  ['gamma', 20, 0.7, 0.1108],
  ['log-normal', 50, 0.9, 0.31],
  ['log-normal', 100, 0.9, 0.0702],
] as const)(
  'the wait of %s times of variation 4, with %i workers at %d, is the one of the benchmark',
  (serviceShape, workers, utilisation, measuredMs) => {
    const { meanWaitMs } = predictPool({
      ratePerSecond: utilisation * workers * 1_000,
      serviceMs: 1,
      workers,
      queueSize: Infinity,
      serviceVariation: 4,
      serviceShape,
    });
    expect(Math.abs(meanWaitMs / measuredMs - 1)).toBeLessThan(0.15);
  },
);
