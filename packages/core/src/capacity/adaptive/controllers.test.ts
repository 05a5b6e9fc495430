import { describe, expect, test } from 'vitest';
import { gradientController } from './gradient-controller.ts';
import { guideController } from './guide-controller.ts';
import type { LimitController, LoadWindow } from './limit-controller.ts';

const window = (part: Partial<LoadWindow>): LoadWindow => ({
  durationMs: 1_000,
  arrived: 100,
  dropped: 0,
  latencyMs: 50,
  inFlight: 10,
  ...part,
});

function observe(controller: LimitController, times: number, part: Partial<LoadWindow>): void {
  for (let index = 0; index < times; index += 1) controller.observe(window(part));
}

describe('the rule of the guide', () => {
  const initial = { workers: 10, queueSize: 20 };

  test('grows by a fifth after five minutes of more than five percent drops', () => {
    const controller = guideController(initial);
    observe(controller, 299, { dropped: 6 });
    expect(controller.limits).toEqual(initial);
    observe(controller, 1, { dropped: 6 });
    expect(controller.limits).toEqual({ workers: 12, queueSize: 24 });
  });

  test('begins anew after a minute with fewer', () => {
    const controller = guideController(initial);
    observe(controller, 240, { dropped: 6 });
    observe(controller, 60, { dropped: 5 });
    observe(controller, 240, { dropped: 6 });
    expect(controller.limits).toEqual(initial);
  });

  test('never shrinks', () => {
    const controller = guideController(initial);
    observe(controller, 300, { dropped: 50 });
    observe(controller, 3_000, {});
    expect(controller.limits.workers).toBe(12);
  });
});

function create(): LimitController {
  return gradientController({
    initial: { workers: 10, queueSize: 20 },
    minWorkers: 2,
    maxWorkers: 40,
    burstFactor: 2,
  });
}

describe('the gradient controller', () => {
  test('grows while latency stays what it was and the limit is in use', () => {
    const controller = create();
    observe(controller, 20, { inFlight: 40 });
    expect(controller.limits.workers).toBeGreaterThan(15);
    observe(controller, 500, { inFlight: 40 });
    expect(controller.limits).toEqual({ workers: 40, queueSize: 80 });
  });

  test('shrinks when latency rises', () => {
    const controller = create();
    observe(controller, 60, { inFlight: 40 });
    const before = controller.limits.workers;
    observe(controller, 20, { inFlight: 40, latencyMs: 250 });
    expect(controller.limits.workers).toBeLessThan(before / 2);
    expect(controller.limits.workers).toBeGreaterThanOrEqual(2);
  });

  test('leaves a limit alone of which less than half is in use', () => {
    const controller = create();
    observe(controller, 100, { inFlight: 4 });
    expect(controller.limits.workers).toBe(10);
  });

  test('learns nothing from a window in which nothing ended', () => {
    const controller = create();
    observe(controller, 10, { latencyMs: Number.NaN, inFlight: 40 });
    expect(controller.limits.workers).toBe(10);
  });

  test('refuses bounds that hold nothing', () => {
    const options = { initial: { workers: 5, queueSize: 1 }, burstFactor: 1 };
    expect(() => gradientController({ ...options, minWorkers: 5, maxWorkers: 4 })).toThrow(
      'maxWorkers is 4',
    );
  });
});
