import { expect, test } from 'vitest';
import { mergedWindows, touches } from './time-windows.ts';

test('windows that overlap or meet are one, in order, and empty ones are none', () => {
  const windows = [
    { fromMs: 50, toMs: 60 },
    { fromMs: 0, toMs: 10 },
    { fromMs: 5, toMs: 20 },
    { fromMs: 20, toMs: 30 },
    { fromMs: 40, toMs: 40 },
  ];
  expect(mergedWindows(windows)).toEqual([
    { fromMs: 0, toMs: 30 },
    { fromMs: 50, toMs: 60 },
  ]);
  expect(
    mergedWindows([
      { fromMs: 0, toMs: 30 },
      { fromMs: 5, toMs: 10 },
    ]),
  ).toEqual([{ fromMs: 0, toMs: 30 }]);
});

test('a moment or a stretch touches a window from its start to just before its end', () => {
  const windows = [{ fromMs: 10, toMs: 20 }];
  expect([9, 10, 19, 20].map((atMs) => touches(windows, atMs))).toEqual([false, true, true, false]);
  expect(touches(windows, 5, 9)).toBe(false);
  expect(touches(windows, 5, 10)).toBe(true);
  expect(touches(windows, 0, 100)).toBe(true);
  expect(touches(windows, 20, 100)).toBe(false);
});
