import { expect, test } from 'vitest';
import { latest, secondsLeft } from './fan-wear.ts';

const grown = (seconds: number, lifeS: number) =>
  Array.from({ length: seconds }, (_, second) => 8 ** (second / lifeS));

test('of growth without noise the time that is left is exact', () => {
  // 8 mm/s after 300 s, and 6 after 300 ln 6 / ln 8 = 258.5: from the middle of the last second, 119.
  const left = secondsLeft(grown(140, 300).slice(-40), { at: 6, least: 20 });
  expect(left).toBeCloseTo((300 * Math.log(6)) / Math.log(8) - 139, 6);
});

test('too few values say nothing, and neither does what does not grow', () => {
  expect(secondsLeft(grown(19, 300), { at: 6, least: 20 })).toBe(Infinity);
  expect(secondsLeft(grown(40, -300), { at: 6, least: 20 })).toBe(Infinity);
  expect(secondsLeft(grown(300, 300), { at: 6, least: 20 })).toBe(0);
});

test('one shake is no wear', () => {
  expect(latest([2, 2.1, 9])).toBe(2.1);
  expect(latest([])).toBe(0);
});
