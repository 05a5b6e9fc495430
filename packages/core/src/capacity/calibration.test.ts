import { expect, test } from 'vitest';
import { createHooks, metricsOf } from '../hooks/index.ts';
import { createRandom, simulate } from '../simulation/index.ts';
import { arrivalTimesFrom } from './arrival-times.ts';
import { serviceTimesFrom, serviceTimesFromHistogram } from './service-times.ts';

test('durations give mean, variation and quantiles', () => {
  const times = serviceTimesFrom([1, 3, 1, 3]);
  expect(times).toMatchObject({ count: 4, meanMs: 2, variation: 0.5, p50Ms: 1, maxMs: 3 });
});

test('durations without any length are refused', () => {
  expect(() => serviceTimesFrom([])).toThrow('0 durations');
  expect(() => serviceTimesFrom([0, 0])).toThrow('the sum 0');
  expect(() => serviceTimesFrom([1, -1])).toThrow('the least -1');
});

/** What real hooks say of handlers that take these times. */
async function serviceTimesOf(
  draw: (index: number) => number,
): Promise<ReturnType<typeof serviceTimesFromHistogram>> {
  const { value } = await simulate({ seed: 1, start: 0 }, async () => {
    const hooks = createHooks<{ work: number }>({ workers: 50, queueSize: 20_000 });
    hooks.hook('work', (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    for (let index = 0; index < 20_000; index += 1) hooks.emit('work', draw(index));
    await hooks.onIdle();
    return metricsOf(hooks).run;
  });
  return serviceTimesFromHistogram(value);
}

test.each([
  [
    'exponential',
    1,
    (): (() => number) => {
      const random = createRandom(1);
      return () => random.exponential(20);
    },
  ],
  [
    'log-normal',
    0.53,
    (): (() => number) => {
      const random = createRandom(2);
      return () => random.logNormal({ p50: 20, p99: 64 });
    },
  ],
  ['constant', 0, () => () => 20],
] as const)('the histogram of real hooks tells %s times', async (_, variation, source) => {
  const draw = source();
  const times = await serviceTimesOf(() => draw());
  expect(times.source).toBe('histogram');
  expect(Math.abs(times.variation - variation)).toBeLessThan(0.1);
});

test('an empty histogram is refused', () => {
  const empty = { count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 };
  expect(() => serviceTimesFromHistogram(empty)).toThrow('0 durations');
});

test('arrivals give rate, peak and dispersion', () => {
  // One a second for ten seconds, then ten a second for one.
  const slow = Array.from({ length: 10 }, (_, index) => index * 1_000);
  const fast = Array.from({ length: 11 }, (_, index) => 10_000 + index * 100);
  const times = arrivalTimesFrom(Float64Array.from([...slow, ...fast]), 1_000);
  expect(times).toMatchObject({
    count: 21,
    durationMs: 11_000,
    peakPerSecond: 10,
    peakAtMs: 10_000,
  });
  expect(times.dispersion).toBeGreaterThan(1);
});

test('evenly spaced arrivals do not vary, and independent ones have a variation of one', () => {
  const even = Float64Array.from({ length: 1_000 }, (_, index) => index * 10);
  expect(arrivalTimesFrom(even).variation).toBeCloseTo(0, 12);
  const random = createRandom(3);
  let at = 0;
  const poisson = Float64Array.from({ length: 20_000 }, () => (at += random.exponential(10)));
  expect(arrivalTimesFrom(poisson).variation).toBeCloseTo(1, 1);
  expect(arrivalTimesFrom(poisson).dispersion).toBeLessThan(2);
});

test('arrivals all at once have no rate', () => {
  expect(() => arrivalTimesFrom(Float64Array.of(5, 5))).toThrow('2 arrivals in 0 ms');
});
