import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

const base = { spanMs: 8_000, width: 8, scale: 'linear' } as const;
const times = [1, 2, 3, 4, 5, 6, 7, 8].map((second) => second * 1000);

it('draws nothing, few and all at different heights', () => {
  expect(sparkline({ ...base, times, values: [0, 0.1, 2, 4, 5, 6, 7, 7], peak: 7 })).toBe(
    '▁▂▃▅▆▇██',
  );
});

it('leaves blank what has not been measured yet', () => {
  expect(sparkline({ ...base, times: times.slice(0, 2), values: [7, 7], peak: 7 })).toBe(
    '██      ',
  );
});

it('keeps a peak of one sample in a cell of many', () => {
  const line = sparkline({ ...base, width: 2, times, values: [0, 9, 0, 0, 0, 0, 0, 0], peak: 9 });
  expect(line).toBe('█▁');
});

it('tells powers of ten apart on a logarithmic scale', () => {
  const values = [10, 100, 1_000, 10_000];
  const options = { ...base, width: 4, spanMs: 4_000, times: times.slice(0, 4), values };
  expect(sparkline({ ...options, peak: 10_000, scale: 'log' })).toBe('▂▄▆█');
  expect(sparkline({ ...options, peak: 10_000, scale: 'linear' })).toBe('▂▂▂█');
});

it('is exactly as wide as asked, whatever it draws', () => {
  const figures = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(figures, fc.nat(120), fc.constantFrom('linear', 'log'), (values, width, scale) => {
      const at = values.map((_, index) => index * 1000);
      const peak = Math.max(0, ...values);
      const line = sparkline({ times: at, values, spanMs: 20_000, width, peak, scale });
      expect(line).toHaveLength(width);
      expect(line).toMatch(/^[ ▁▂▃▄▅▆▇█]*$/);
    }),
  );
});
