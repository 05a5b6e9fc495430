import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workedConfigurations } from './guide/worked-configurations.ts';
import { planCapacity, sizeByRule } from './plan-capacity.ts';
import { predictPool, waitQuantileMs } from './predict-pool.ts';

describe('the rule of thumb', () => {
  test.each(workedConfigurations)('gives the workers and queue of $scenario', (worked) => {
    const { eventsPerSecond, processingMs, burstFactor, minWorkers, workers, queueSize } = worked;
    const needs = { ratePerSecond: eventsPerSecond, serviceMs: processingMs };
    expect(sizeByRule({ ...needs, burstFactor, minWorkers })).toEqual({ workers, queueSize });
  });

  test('cuts off a fraction of a queue place, as the calculator of the guide does', () => {
    const needs = { ratePerSecond: 500, serviceMs: 10, burstFactor: 1.5 };
    expect(sizeByRule(needs)).toEqual({ workers: 5, queueSize: 7 });
  });

  test('does not add a worker for a rounding error', () => {
    // 0.07 x 100 is 7.000000000000001 in doubles.
    const needs = { ratePerSecond: 70, serviceMs: 100, burstFactor: 1.1 };
    expect(sizeByRule(needs)).toEqual({ workers: 7, queueSize: 7 });
  });

  test('takes the peak, and the reserve that is asked for', () => {
    const needs = { ratePerSecond: 500, serviceMs: 10, burstFactor: 2 };
    expect(sizeByRule({ ...needs, peakMultiplier: 1.5 }).workers).toBe(8);
    expect(sizeByRule({ ...needs, maxUtilisation: 0.5 }).workers).toBe(10);
  });

  test('at full utilisation drops work under random arrivals', () => {
    const plan = planCapacity({ ratePerSecond: 500, serviceMs: 10, burstFactor: 3 });
    expect(plan.normal.fluidDropRatio).toBe(0);
    expect(plan.normal.dropRatio).toBeCloseTo(0.054, 3);
  });
});

describe('a plan for targets', () => {
  const needs = { ratePerSecond: 5_000, serviceMs: 2, burstFactor: 2 };

  test('keeps them with the fewest workers', () => {
    const targets = { dropRatio: 0.001 };
    const plan = planCapacity({ ...needs, targets });
    expect(plan).toMatchObject({ workers: 12, queueSize: 24, meetsTargets: true });
    expect(plan.rule).toMatchObject({ workers: 10, queueSize: 20, meetsTargets: false });
  });

  test('keeps the wait, too, at the percentile that is asked for', () => {
    const targets = { dropRatio: 0.001, waitMs: 1, waitPercentile: 95 };
    const { workers, queueSize } = planCapacity({ ...needs, targets });
    const load = { ratePerSecond: 5_000, serviceMs: 2, workers, queueSize };
    expect(waitQuantileMs(load, 0.95)).toBeLessThanOrEqual(1);
    expect(waitQuantileMs({ ...load, workers: workers - 1 }, 0.95)).toBeGreaterThan(1);
  });

  test('shortens the queue rather than adding workers when only the wait is too long', () => {
    const targets = { dropRatio: 0.05, waitMs: 2 };
    const { workers, queueSize } = planCapacity({ ...needs, burstFactor: 10, targets });
    expect(workers).toBeLessThan(15);
    expect(queueSize).toBeLessThan(10 * workers);
  });

  test('keeps them at the peak, and one worker less does not', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 3_000, noNaN: true }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        fc.constantFrom(0.0005, 0.01, 0.1),
        (ratePerSecond, serviceMs, dropRatio) => {
          const targets = { dropRatio };
          const load = { ratePerSecond, serviceMs, burstFactor: 2, peakMultiplier: 1.3, targets };
          const { workers, peak, targeted } = planCapacity(load);
          expect(targeted).toBeDefined();
          expect(peak.dropRatio).toBeLessThanOrEqual(dropRatio);
          const fewer = { workers: workers - 1, queueSize: 2 * (workers - 1) };
          const atPeak = { serviceMs, ratePerSecond: 1.3 * ratePerSecond, ...fewer };
          const dropsOfFewer = workers === 1 ? 1 : predictPool(atPeak).dropRatio;
          expect(dropsOfFewer).toBeGreaterThan(dropRatio);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test.each([
  [{ ratePerSecond: -1 }, 'ratePerSecond is -1'],
  [{ serviceMs: 0 }, 'serviceMs is 0'],
  [{ burstFactor: Number.NaN }, 'burstFactor is NaN'],
  [{ maxUtilisation: 1.5 }, 'maxUtilisation is 1.5'],
  [{ peakMultiplier: 0.5 }, 'peakMultiplier is 0.5'],
  [{ targets: { dropRatio: 0 } }, 'targets.dropRatio is 0'],
  [{ targets: { dropRatio: 0.1, waitMs: -1 } }, 'targets.waitMs is -1'],
  [{ targets: { dropRatio: 0.1, waitPercentile: 100 } }, 'targets.waitPercentile is 100'],
])('%j is refused by name and value', (bad, message) => {
  const good = { ratePerSecond: 1, serviceMs: 1, burstFactor: 1 };
  expect(() => planCapacity({ ...good, ...bad })).toThrow(message);
});
