import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buffer, createHooks, metricsOf } from './index.ts';

interface Events {
  job: number;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('metrics', () => {
  test('measure the wait from the emit to the start, and the run to the end', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 10 });
    hooks.hook('job', () => new Promise((resolve) => setTimeout(resolve, 100)));
    for (let i = 0; i < 4; i++) hooks.emit('job', i);
    await vi.advanceTimersByTimeAsync(500);
    const { wait, run } = metricsOf(hooks);
    expect(run).toMatchObject({ count: 4, maxMs: 100, p50Ms: 100 });
    expect(wait).toMatchObject({ count: 4, meanMs: 150, maxMs: 300 });
  });

  test('measure from the emit also when it came while every worker was busy', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 10 });
    hooks.hook('job', () => new Promise((resolve) => setTimeout(resolve, 100)));
    hooks.emit('job', 1);
    await vi.advanceTimersByTimeAsync(70);
    hooks.emit('job', 2);
    await vi.advanceTimersByTimeAsync(500);
    expect(metricsOf(hooks).wait.maxMs).toBe(30);
  });

  test('measure each handler by itself when handlers are slow', async () => {
    const hooks = createHooks<Events>();
    let offset = 0;
    const base = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => base() + offset);
    hooks.hook('job', (ms) => void (offset += ms));
    for (const ms of [3, 1, 2]) hooks.emit('job', ms);
    await hooks.onIdle();
    const { wait, run } = metricsOf(hooks);
    expect(run).toMatchObject({ count: 3, maxMs: 3 });
    expect(run.meanMs).toBeCloseTo(6 / 3);
    expect(wait).toMatchObject({ count: 3, maxMs: 4 });
  });

  test('are a snapshot: they do not change afterwards', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => undefined);
    hooks.emit('job', 1);
    const before = metricsOf(hooks);
    await hooks.onIdle();
    expect(before).toMatchObject({ waiting: 1, processed: 0, wait: { count: 0 } });
    expect(metricsOf(hooks)).toMatchObject({ waiting: 0, processed: 1, wait: { count: 1 } });
  });

  test('say how large the pool is', () => {
    const hooks = createHooks<Events>({
      workers: 4,
      queueSize: 8,
      overload: buffer({ size: 3, whenFull: 'reject' }),
    });
    hooks.hook('job', () => undefined);
    expect(metricsOf(hooks)).toMatchObject({ workers: 4, capacity: 15, hooks: 1, busyWorkers: 0 });
  });

  test('the counters alone are those of the metrics', async () => {
    const hooks = createHooks<Events>({ workers: 1 });
    hooks.hook('job', () => undefined);
    hooks.emit('job', 1);
    hooks.emit('job', 2);
    expect(metricsOf(hooks)).toMatchObject(hooks.counters());
    await hooks.onIdle();
    expect(hooks.counters()).toMatchObject({ admitted: 2, processed: 2, waiting: 0 });
  });
});
