import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Backoff, backoffDelayMs, checkBackoff } from './backoff.ts';

const base: Backoff = { initialMs: 1_000, maxMs: 60_000, factor: 2, jitter: 'none' };
const half = () => 0.5;

test('without jitter the delay doubles up to the longest one', () => {
  const delays = [1, 2, 3, 6, 7, 8, 5_000].map((attempt) => backoffDelayMs(base, attempt, half));
  expect(delays).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
});

test('full jitter spreads over the whole ceiling, equal jitter over its upper half', () => {
  expect(backoffDelayMs({ ...base, jitter: 'full' }, 3, half)).toBe(2_000);
  expect(backoffDelayMs({ ...base, jitter: 'equal' }, 3, half)).toBe(3_000);
});

test('decorrelated jitter spreads between the initial delay and a multiple of the previous one', () => {
  const backoff: Backoff = { ...base, factor: 3, jitter: 'decorrelated' };
  expect(backoffDelayMs(backoff, 1, half)).toBe(2_000);
  expect(backoffDelayMs(backoff, 4, half, 5_000)).toBe(8_000);
});

test('only the jitter draws a random number, and only one', () => {
  let draws = 0;
  const counting = (): number => {
    draws += 1;
    return 0;
  };
  backoffDelayMs(base, 2, counting);
  expect(draws).toBe(0);
  backoffDelayMs({ ...base, jitter: 'full' }, 2, counting);
  backoffDelayMs({ ...base, jitter: 'equal' }, 2, counting);
  backoffDelayMs({ ...base, jitter: 'decorrelated' }, 2, counting);
  expect(draws).toBe(3);
});

test('every delay stays within the bounds of its jitter, whatever the attempt and the draws', () => {
  const backoffs = fc
    .record({
      initialMs: fc.double({ min: 0.001, max: 10_000, noNaN: true }),
      growth: fc.double({ min: 1, max: 1_000, noNaN: true }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.constantFrom('full', 'equal', 'none', 'decorrelated'),
    })
    .map(({ initialMs, growth, factor, jitter }) => {
      const maxMs = initialMs * growth;
      return { initialMs, maxMs, factor, jitter };
    });
  const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 40,
  });

  fc.assert(
    fc.property(backoffs, draws, (options, randoms) => {
      const backoff = checkBackoff('backoff', options);
      const { initialMs, maxMs, factor, jitter } = backoff;
      let previousMs: number | undefined;
      for (const [index, random] of randoms.entries()) {
        const delayMs = backoffDelayMs(backoff, index + 1, () => random, previousMs);
        const ceilingMs = Math.min(maxMs, initialMs * factor ** index);
        const [lowest, highest] = {
          none: [ceilingMs, ceilingMs],
          full: [0, ceilingMs],
          equal: [ceilingMs / 2, ceilingMs],
          decorrelated: [
            initialMs,
            Math.min(maxMs, Math.max(initialMs, (previousMs ?? initialMs) * factor)),
          ],
        }[jitter];
        expect(delayMs).toBeGreaterThanOrEqual(lowest ?? Number.NaN);
        expect(delayMs).toBeLessThanOrEqual((highest ?? Number.NaN) * (1 + Number.EPSILON));
        previousMs = delayMs;
      }
    }),
  );
});

test.each([
  [{ initialMs: 0 }, 'backoff.initialMs must be a number above 0, got 0'],
  [
    { maxMs: 999 },
    'backoff.maxMs must be a number of at least 1000 and at most 2147483647, got 999',
  ],
  [{ maxMs: 2 ** 31 }, 'backoff.maxMs must be a number of at least 1000 and at most 2147483647'],
  [{ factor: Number.NaN }, 'backoff.factor must be a number of at least 1, got NaN'],
])('a back-off with %o is refused by name and value', (change, message) => {
  expect(() => checkBackoff('backoff', { ...base, ...change })).toThrow(RangeError);
  expect(() => checkBackoff('backoff', { ...base, ...change })).toThrow(message);
});

test('an unknown jitter is refused by name and value', () => {
  const backoff = { ...base, jitter: 'some' };
  // @ts-expect-error a caller without types
  expect(() => checkBackoff('backoff', backoff)).toThrow(
    'backoff.jitter must be one of full, equal, none, decorrelated, got some',
  );
});
