import { describe, expect, test } from 'vitest';
import { erlangB, erlangC, planCapacity, predictPool } from './index.ts';

describe('Erlang B and C', () => {
  test('agree with published tables', () => {
    // ITU-D, Teletraffic Engineering Handbook (2001), table of Erlang B: A = 10, n = 10 and 20.
    expect(erlangB(10, 10)).toBeCloseTo(0.2146, 4);
    expect(erlangB(20, 10)).toBeCloseTo(0.00187, 5);
    expect(erlangB(1, 1)).toBeCloseTo(0.5, 12);
    // Two servers, one erlang: 1/3, by hand.
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  });

  test('stay finite with ten thousand servers', () => {
    expect(erlangB(10_000, 9_900)).toBeGreaterThan(0);
    expect(erlangB(10_000, 9_900)).toBeLessThan(0.02);
  });

  test('refuse what is no pool and no load, naming the value', () => {
    expect(() => erlangC(0, 1)).toThrow('servers is 0');
    expect(() => erlangB(1, Number.NaN)).toThrow('offered is NaN');
  });
});

describe('predictPool', () => {
  test('is Erlang B without a queue', () => {
    const { dropRatio } = predictPool({
      ratePerSecond: 10,
      serviceMs: 1_000,
      workers: 10,
      queueSize: 0,
    });
    expect(dropRatio).toBeCloseTo(erlangB(10, 10), 12);
  });

  test('is the M/M/1/K formula with one worker', () => {
    const rho = 0.8;
    const places = 5;
    const expected = ((1 - rho) * rho ** places) / (1 - rho ** (places + 1));
    const { dropRatio } = predictPool({
      ratePerSecond: 0.8,
      serviceMs: 1_000,
      workers: 1,
      queueSize: places - 1,
    });
    expect(dropRatio).toBeCloseTo(expected, 12);
  });

  test('drops what is above capacity when the load is far above it', () => {
    const { dropRatio, throughputPerSecond } = predictPool({
      ratePerSecond: 1_000,
      serviceMs: 1_000,
      workers: 100,
      queueSize: 10_000,
    });
    expect(dropRatio).toBeCloseTo(0.9, 6);
    expect(throughputPerSecond).toBeCloseTo(100, 3);
  });

  test('a pool sized for full utilisation drops work under random arrivals', () => {
    const { dropRatio } = predictPool({
      ratePerSecond: 500,
      serviceMs: 10,
      workers: 5,
      queueSize: 15,
    });
    expect(dropRatio).toBeGreaterThan(0.04);
  });
});

describe('planCapacity', () => {
  test.each([
    { ratePerSecond: 500, serviceMs: 10, burstFactor: 3, workers: 5, queueSize: 15 },
    { ratePerSecond: 200, serviceMs: 50, burstFactor: 3, workers: 10, queueSize: 30 },
    { ratePerSecond: 10_000, serviceMs: 2, burstFactor: 2, workers: 20, queueSize: 40 },
  ])('gives $workers workers for $ratePerSecond/s of $serviceMs ms', (configuration) => {
    const { workers, queueSize, ...needs } = configuration;
    expect(planCapacity(needs)).toMatchObject({ workers, queueSize });
  });

  test('refuses bad input, naming option and value', () => {
    expect(() => planCapacity({ ratePerSecond: -1, serviceMs: 1, burstFactor: 2 })).toThrow(
      'ratePerSecond is -1',
    );
  });
});
