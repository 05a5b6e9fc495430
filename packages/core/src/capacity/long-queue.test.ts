import { describe, expect, test } from 'vitest';
import { predictPool } from './predict-pool.ts';
import { Stages } from './stages.ts';

describe('a distribution in runs', () => {
  test.each([-0.3, -1e-9, 0, 1e-9, 0.3])(
    'is the one that is written out, ratio exp(%d)',
    (logRatio) => {
      const head = Float64Array.of(3, 2);
      const count = 40;
      const middle = Float64Array.from({ length: count }, (_, at) => Math.exp(at * logRatio));
      const tail = Float64Array.of(0.5, 0.25);
      const largest = logRatio > 0 ? (middle.at(-1) ?? 0) : (middle[0] ?? 0);
      const runs = new Stages([{ values: head }, { largest, logRatio, count }, { values: tail }]);
      const plain = new Stages([{ values: Float64Array.of(...head, ...middle, ...tail) }]);
      expect(runs.last).toBe(plain.last);
      expect(runs.mean / plain.mean).toBeCloseTo(1, 12);
      for (const stage of [0, 1, 2, 3, 20, 40, 41, 42, 43, 44]) {
        expect(runs.beyond(stage)).toBeCloseTo(plain.beyond(stage), 12);
      }
    },
  );

  test('may fall for ever', () => {
    const endless = new Stages([
      { values: Float64Array.of(1) },
      { largest: 0.5, logRatio: Math.log(0.5), count: Infinity },
    ]);
    expect(endless.mean).toBeCloseTo(1, 12);
    expect(endless.beyond(3)).toBeCloseTo(1 / 16, 12);
  });
});

/** In erlangs, as the service time is a millisecond. */
const load = (workers: number, queueSize: number, utilisation: number) => ({
  ratePerSecond: utilisation * workers * 1_000,
  serviceMs: 1,
  workers,
  queueSize,
});

describe('queues of millions', () => {
  const millions = 5_000_000;

  test.each([0.999_99, 0.999_999, 1.000_001])(
    'of one worker are M/M/1/K at a utilisation of %d',
    (rho) => {
      const places = millions + 1;
      const log = Math.log(rho);
      // (1 - rho) rho^K / (1 - rho^(K + 1))
      const expected = (Math.exp(places * log) * Math.expm1(log)) / Math.expm1((places + 1) * log);
      expect(predictPool(load(1, millions, rho)).dropRatio / expected).toBeCloseTo(1, 6);
    },
  );

  test('are as full as they can be at full load, and hold nothing at half of it', () => {
    const full = predictPool(load(1, millions, 1));
    expect(full.dropRatio * (millions + 2)).toBeCloseTo(1, 9);
    expect(full.meanWaitMs / (millions / 2)).toBeCloseTo(1, 5);
    const half = predictPool(load(1, millions, 0.5));
    expect([half.dropRatio, half.meanWaitMs]).toEqual([0, expect.closeTo(1, 9)]);
    const twice = predictPool(load(1, millions, 2));
    expect(twice.dropRatio).toBeCloseTo(0.5, 12);
    expect(twice.meanWaitMs / millions).toBeCloseTo(1, 5);
  });

  test.each([
    ['random arrivals', {}],
    ['bursts', { arrivalVariation: 3 }],
    ['a clock', { arrivalVariation: 0 }],
    ['two phases', { serviceVariation: 2 }],
    ['several handlers', { handlers: 3 }],
  ])('continue what shorter ones do: %s', (_, options) => {
    for (const utilisation of [0.98, 1, 1.02]) {
      // The first is solved place by place, the second from its ends.
      const [short = 0, long = 0] = [510, 514].map((queueSize) => {
        const sized = load(4, queueSize, utilisation);
        const { handlers } = { handlers: 1, ...options };
        return predictPool({ ...sized, ratePerSecond: sized.ratePerSecond / handlers, ...options })
          .dropRatio;
      });
      expect(long / short).toBeLessThan(1);
      expect(long / short).toBeGreaterThan(0.85);
    }
  });

  test('wait as Pollaczek and Khinchine say next to full load', () => {
    for (const variation of [1, 1.5, 2.5]) {
      const { meanWaitMs } = predictPool({
        ...load(1, Infinity, 0.999_999),
        serviceVariation: variation,
      });
      expect(meanWaitMs / ((0.999_999 / 1e-6) * (1 + variation ** 2) * 0.5)).toBeCloseTo(1, 6);
    }
  });

  test('have a wait that is as long as the queue when there is twice too much work', () => {
    const { waitP50Ms, waitP99Ms } = predictPool(load(4, 4_000_000, 2));
    expect(waitP50Ms / 1e6).toBeCloseTo(1, 3);
    expect(waitP99Ms).toBeGreaterThan(waitP50Ms);
  });

  test('hold next to nothing when there is next to nothing to do, or next to nothing when there is far too much', () => {
    for (const options of [{}, { arrivalVariation: 3 }, { serviceVariation: 2 }]) {
      expect(predictPool({ ...load(4, 1e6, 0.002), ...options }).dropRatio).toBe(0);
      expect(predictPool({ ...load(4, 1e6, 2_000), ...options }).dropRatio).toBeCloseTo(0.999_5, 9);
    }
  });
});
