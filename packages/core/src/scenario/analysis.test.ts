import { expect, test } from 'vitest';
import { isNextStep, kneeOf, lastedUntilMs, timeWhileMs, worstWindow } from './analysis.ts';
import { createMeter } from './meter.ts';

const samples = [0, 5, 5, 0, 5, 5, 5, 0].map((depth, index) => ({
  atMs: (index + 1) * 1_000,
  values: { depth },
}));
const isDeep = ({ depth = 0 }: { readonly depth?: number }): boolean => depth > 0;

test('time while a condition holds leaves out stretches that are too short', () => {
  expect(timeWhileMs(samples, isDeep)).toBe(5_000);
  expect(timeWhileMs(samples, isDeep, { atLeastSeconds: 3 })).toBe(3_000);
  expect(timeWhileMs(samples, isDeep, { atLeastSeconds: 4 })).toBe(0);
});

test('how long a condition lasted counts from a moment to its last second', () => {
  expect(lastedUntilMs(samples, 4_000, isDeep)).toBe(3_000);
  expect(lastedUntilMs(samples, 7_500, isDeep)).toBe(0);
  expect(lastedUntilMs([], 0, isDeep)).toBe(0);
});

test('the worst window is the one with the highest percentile', () => {
  let nowMs = 0;
  const meter = createMeter({ elapsedMs: () => nowMs, windowMs: 1_000 });
  expect(worstWindow(meter, 'pay', 99).observations).toBe(0);
  meter.time('pay', 10);
  nowMs = 1_500;
  meter.time('pay', 500);
  expect(worstWindow(meter, 'pay', 99)).toMatchObject({ fromMs: 1_000, toMs: 2_000 });
});

test('the knee is the first step above the limit, and Infinity when there is none', () => {
  const rows = [
    { multiplier: 1, loss: 0 },
    { multiplier: 10, loss: 0.005 },
    { multiplier: 100, loss: 0.2 },
  ];
  expect(kneeOf(rows, 'loss', 0.01)).toBe(100);
  expect(kneeOf(rows, 'loss', 0.5)).toBe(Infinity);
  expect(isNextStep(rows, 100, Infinity)).toBe(true);
  expect(isNextStep(rows, 10, 100)).toBe(true);
  expect(isNextStep(rows, 1, 100)).toBe(false);
});
