import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpack } from './client/unpack.js';
import { packColumn, packFactor } from './pack.ts';
import { thinOut } from './thin-out.ts';

const gaps = (column: readonly (number | null)[]) =>
  column.map((value) => value === null || Number.isNaN(value));

describe('a packed column', () => {
  it('comes back in the page, rounded to its factor, gaps included', () => {
    const figure = fc.oneof(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(figure), fc.constantFrom(1, 10, 1000), (values, factor) => {
        const unpacked = unpack(packColumn(values, factor));
        expect(unpacked).toHaveLength(values.length);
        expect(gaps(unpacked)).toEqual(gaps(values));
        const errors = values.map((value, index) => Math.abs((unpacked[index] ?? value) - value));
        expect(Math.max(0, ...errors.filter((error) => !Number.isNaN(error)))).toBeLessThanOrEqual(
          0.501 / factor,
        );
      }),
    );
  });

  it('takes a byte or two a figure where figures are near each other', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => 1_000 + (index % 7));
    expect(packColumn(values, 1).text.length).toBeLessThan(1_100);
  });
});

describe('packFactor', () => {
  it.each([
    [30_000, 'linear', 1],
    [30_000, 'log', 10],
    [120, 'linear', 10],
    [0.8, 'linear', 10_000],
    [0, 'linear', 1_000],
  ] as const)('a peak of %d on a %s scale is kept to 1/%d', (peak, scale, factor) => {
    expect(packFactor(peak, scale)).toBe(factor);
  });
});

describe('thinOut', () => {
  const times = [1, 2, 3, 4, 5, 6, 7].map((second) => second * 1000);

  it('keeps the least and the greatest value of each stretch, in their order', () => {
    const columns = new Map([['x', [5, 9, 1, 5, 2, 3, 4]]]);
    expect(thinOut({ times, columns }, 4)).toEqual({
      times: [1000, 4000, 5000, 7000],
      columns: new Map([['x', [9, 1, 2, 4]]]),
    });
  });

  it('keeps a stretch without figures as a gap', () => {
    const columns = new Map([['x', [Number.NaN, Number.NaN, Number.NaN, Number.NaN, 1, 2, 3]]]);
    expect(thinOut({ times, columns }, 4).columns.get('x')).toEqual([Number.NaN, Number.NaN, 1, 3]);
  });

  it('never loses the extremes of a column', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (values, stretch) => {
          const at = values.map((_, index) => index * 1000);
          const thin = thinOut({ times: at, columns: new Map([['x', values]]) }, stretch);
          const kept = thin.columns.get('x') ?? [];
          expect(Math.max(...kept)).toBe(Math.max(...values));
          expect(Math.min(...kept)).toBe(Math.min(...values));
          expect(kept).toHaveLength(thin.times.length);
        },
      ),
    );
  });
});
