import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RobustScore } from './robust-score.ts';

const options = { window: 9, warmUp: 3, leastDeviation: 0.001 };

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

describe('the robust score', () => {
  it('is what median and MAD of the latest values say, computed afresh', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 })), (values) => {
        const scorer = new RobustScore(options);
        for (const [index, value] of values.entries()) {
          const before = values.slice(Math.max(0, index - options.window), index);
          const median = medianOf(before);
          const mad = medianOf(before.map((other) => Math.abs(other - median)));
          const expected =
            before.length < options.warmUp ? 0 : (value - median) / Math.max(0.001, 1.4826 * mad);
          expect(scorer.score(value)).toBeCloseTo(expected, 6);
        }
      }),
    );
  });

  it('still finds an outlier when a third of the values it knows are outliers', () => {
    const scorer = new RobustScore(options);
    for (const value of [10, 11, 10, 12, 11, 10, 500, 500, 500]) scorer.score(value);
    expect(Math.abs(scorer.score(500))).toBeGreaterThan(100);
  });

  it('gets used to a level that stays', () => {
    const scorer = new RobustScore(options);
    for (let index = 0; index < 20; index += 1) scorer.score(index < 10 ? 10 : 30);
    expect(scorer.score(30)).toBe(0);
  });

  it.each([
    [{ window: 2 }, 'window is 2'],
    [{ warmUp: 10 }, 'warmUp is 10'],
    [{ leastDeviation: 0 }, 'leastDeviation is 0'],
  ])('names an option that does not fit: %o', (wrong, message) => {
    expect(() => new RobustScore({ ...options, ...wrong })).toThrow(message);
  });
});
