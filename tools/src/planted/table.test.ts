import { expect, test } from 'vitest';
import { medianOf, tableOf } from './table.ts';

const row = (name: string, rule: string | undefined, seeds: number) => ({
  name,
  flaw: `${name} is wrong`,
  rule,
  seeds,
  cpuSeconds: 1.25,
  failed: undefined,
});

test('a table says how many were found, after how many seeds, and names what was not', () => {
  const text = tableOf([row('a', 'no-loss', 3), row('b', undefined, 50), row('c', 'x', 9)], 50);
  expect(text).toContain('2 of 3 found by seeds 1 to 50, the median after 9 seeds.');
  expect(text).toContain('| `a` | a is wrong | `no-loss` | 3 | 1.3 |');
  expect(text).toContain('| `b` | b is wrong | not found in 50 seeds | – | 1.3 |');
});

test('the median is the lower of two in the middle, and nothing of nothing', () => {
  expect(medianOf([9, 1, 3])).toBe(3);
  expect(medianOf([1, 3])).toBe(1);
  expect(medianOf([])).toBeUndefined();
});
