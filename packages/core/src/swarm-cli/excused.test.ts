import { expect, test } from 'vitest';
import { excusedIn, isExcusedTooMuch } from './excused.ts';

/** Storms of 100 s, of which so many seconds are excused, over and over. */
const storms = (count: number, ...excusedS: readonly number[]) =>
  Array.from({ length: count }, (_, at) => ({
    judgedMs: 100_000,
    excusedMs: 1_000 * (excusedS[at % excusedS.length] ?? 0),
  }));

test('the share is that of all the time, and of none it is 0', () => {
  expect(excusedIn(storms(4, 0, 40))).toEqual({
    judgedMs: 400_000,
    excusedMs: 80_000,
    excusedShare: 0.2,
  });
  expect(excusedIn([]).excusedShare).toBe(0);
});

test('a fifth may be excused, and no more', () => {
  expect(isExcusedTooMuch(storms(40, 20))).toBe(false);
  expect(isExcusedTooMuch(storms(40, 21))).toBe(true);
});

test('what the choice of the storms explains is no fault of theirs', () => {
  const uneven = [2, 60, 5, 25];
  expect(excusedIn(storms(40, ...uneven)).excusedShare).toBe(0.23);
  expect(isExcusedTooMuch(storms(40, ...uneven))).toBe(false);
  expect(isExcusedTooMuch(storms(800, ...uneven))).toBe(true);
});

test('fewer than thirty storms say nothing', () => {
  expect(isExcusedTooMuch(storms(29, 90))).toBe(false);
  expect(isExcusedTooMuch(storms(30, 90))).toBe(true);
});

test('where nothing was judged nothing is too much', () => {
  expect(isExcusedTooMuch(storms(30, 0).map(() => ({ judgedMs: 0, excusedMs: 0 })))).toBe(false);
});
