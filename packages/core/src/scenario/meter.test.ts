import { expect, test } from 'vitest';
import { createMeter } from './meter.ts';

function meterAt(): { meter: ReturnType<typeof createMeter>; moveTo: (ms: number) => void } {
  let nowMs = 0;
  const meter = createMeter({ elapsedMs: () => nowMs, windowMs: 1_000 });
  return {
    meter,
    moveTo(ms) {
      nowMs = ms;
    },
  };
}

test('a sample shows what was counted in its second, a total the whole phase', () => {
  const { meter } = meterAt();
  meter.count('paid', 3);
  expect(meter.sample()).toMatchObject({ paid: 3 });
  meter.count('paid');
  expect(meter.sample()).toMatchObject({ paid: 1 });
  expect(meter.total('paid')).toBe(4);
});

test('a gauge remembers its peak at the ends of seconds', () => {
  const { meter } = meterAt();
  let depth = 7;
  meter.gauge('depth', () => depth);
  meter.sample();
  depth = 2;
  expect(meter.sample()).toMatchObject({ depth: 2 });
  expect(meter.peak('depth')).toBe(7);
});

test('latencies of a second are forgotten in the next, and kept for the phase', () => {
  const { meter } = meterAt();
  meter.time('payment', 100);
  expect(meter.sample()['paymentP99Ms']).toBeCloseTo(100, -1);
  expect(meter.sample()).not.toHaveProperty('paymentP99Ms');
  expect(meter.percentile('payment', 50)).toBeCloseTo(100, 0);
});

test('a percentile of a window ignores what happened in another', () => {
  const { meter, moveTo } = meterAt();
  for (let index = 0; index < 100; index += 1) meter.time('payment', 10);
  moveTo(1_500);
  meter.time('payment', 9_000);
  const windows = meter.windows('payment', 99);
  expect(windows.map(({ fromMs, observations }) => ({ fromMs, observations }))).toEqual([
    { fromMs: 0, observations: 100 },
    { fromMs: 1_000, observations: 1 },
  ]);
  expect(windows[0]?.valueMs).toBeCloseTo(10, 0);
  expect(windows[1]?.valueMs).toBeGreaterThan(8_900);
});

test('a name that was never measured reads as nothing, not as an error', () => {
  const { meter } = meterAt();
  expect(meter.total('x') + meter.peak('x') + meter.percentile('x', 99) + meter.max('x')).toBe(0);
  expect(meter.windows('x', 99)).toEqual([]);
});
