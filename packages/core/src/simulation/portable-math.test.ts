import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { exp, log } from './portable-math.ts';

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
}

describe('portable mathematics', () => {
  it('log agrees with Math.log to 1e-15 of its size', () => {
    fc.assert(
      fc.property(fc.double({ min: 2.3e-308, max: 1e308, noNaN: true }), (x) => {
        expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(
          1e-15 * Math.max(1, Math.abs(Math.log(x))),
        );
      }),
    );
  });

  it('exp agrees with Math.exp to 1e-15', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
        expect(relativeError(exp(x), Math.exp(x))).toBeLessThanOrEqual(1e-15);
      }),
    );
  });

  it('is exact where the result is', () => {
    expect(log(1)).toBe(0);
    expect(exp(0)).toBe(1);
    expect([exp(710), exp(-800)]).toEqual([Infinity, 0]);
  });
});
