import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createHooks,
  type DeadLetter,
  type HooksOptions,
  metricsOf,
  waitForRoom,
} from './index.ts';

interface Events {
  job: number;
  follow: number;
}

const never = (): Promise<never> => new Promise(() => undefined);
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function openHooks(options: HooksOptions<Events> = {}) {
  const letters: DeadLetter[] = [];
  const hooks = createHooks<Events>({
    workers: 1,
    queueSize: 5,
    onDeadLetter: (letter) => letters.push(letter),
    ...options,
  });
  return { hooks, letters, controller: new AbortController() };
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the signal of an emit', () => {
  test('that is aborted already refuses it', () => {
    const { hooks, letters } = openHooks();
    hooks.hook('job', never);
    const result = hooks.emit('job', 1, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: 'refused', reason: 'cancelled' });
    expect(hooks.counters()).toMatchObject({ admitted: 0, rejected: 1 });
    expect(letters).toEqual([]);
  });

  test('takes it out of the line for room, and lets others in', async () => {
    const { hooks, controller } = openHooks({
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 1_000, maxWaiting: 5 }),
    });
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    const cancelled = hooks.emit('job', 2, { signal: controller.signal });
    const next = hooks.emit('job', 3);
    controller.abort();
    expect(await cancelled.settled).toMatchObject({ reason: 'cancelled' });
    await vi.advanceTimersByTimeAsync(20);
    expect(await next.settled).toMatchObject({ status: 'admitted' });
    expect(hooks.counters()).toMatchObject({ admitted: 2, rejected: 1, processed: 2 });
    expect(listeners(controller.signal)).toBe(0);
  });

  test.each([
    ['in the queue', {}],
    ['behind its key', { key: 'k' }],
  ])('drops what waits %s, with a letter, and gives the place back', async (_where, options) => {
    const { hooks, letters, controller } = openHooks({ workers: 2, queueSize: 1 });
    hooks.hook('job', never);
    hooks.emit('job', 1, options);
    hooks.emit('job', 1);
    await vi.advanceTimersByTimeAsync(0);
    hooks.emit('job', 2, { ...options, signal: controller.signal });
    controller.abort(new Error('hung up'));
    expect(hooks.emit('job', 3).admitted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(letters).toMatchObject([
      { data: 2, reason: 'cancelled', started: false, error: new Error('hung up') },
    ]);
    expect(hooks.counters()).toMatchObject({ admitted: 4, abandoned: 1, waiting: 1, running: 2 });
    expect(listeners(controller.signal)).toBe(0);
  });

  test('aborts the signal of a handler under way, and ends its task', async () => {
    const { hooks, letters, controller } = openHooks();
    const reasons: unknown[] = [];
    hooks.hook('job', (n, { signal }) => {
      if (n > 1) return undefined;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        });
      });
    });
    hooks.emit('job', 1, { signal: controller.signal });
    hooks.emit('job', 2);
    await vi.advanceTimersByTimeAsync(5);
    controller.abort('hung up');
    await vi.advanceTimersByTimeAsync(0);
    expect(reasons).toEqual(['hung up']);
    expect(letters).toMatchObject([
      { data: 1, reason: 'cancelled', started: true, error: 'hung up' },
    ]);
    const { abandoned, processed, failed, strays } = metricsOf(hooks);
    expect({ abandoned, processed, failed, strays }).toEqual({
      abandoned: 1,
      processed: 1,
      failed: 0,
      strays: 0,
    });
  });

  test('makes a stray of a handler that ignores it, within the bound of strays', async () => {
    const { hooks, controller } = openHooks({ workers: 2, maxStrays: 1 });
    hooks.hook('job', never);
    for (const n of [1, 2]) hooks.emit('job', n, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(metricsOf(hooks)).toMatchObject({ strays: 2, heldWorkers: 1, running: 0, abandoned: 2 });
  });

  test('that a handler aborts itself is seen by it, and by what it returns', async () => {
    const { hooks, letters, controller } = openHooks();
    const seen: boolean[] = [];
    hooks.hook('job', (n, { signal }) => {
      controller.abort();
      seen.push(signal.aborted);
      return n === 1 ? never() : undefined;
    });
    hooks.emit('job', 1, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([true]);
    expect(letters).toMatchObject([{ reason: 'cancelled', started: true }]);
    expect(hooks.counters()).toMatchObject({ running: 0, abandoned: 1 });
  });

  test('passes the key on to the next in line, one turn later at the latest', async () => {
    const { hooks, controller } = openHooks({ workers: 2 });
    const started: number[] = [];
    hooks.hook('job', (n) => {
      started.push(n);
      return never();
    });
    hooks.emit('job', 1, { key: 'k', signal: controller.signal });
    hooks.emit('job', 2, { key: 'k' });
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await vi.advanceTimersByTimeAsync(2);
    expect(started).toEqual([1, 2]);
  });

  test('that is aborted after the end of its tasks changes nothing', async () => {
    const { hooks, letters, controller } = openHooks();
    hooks.hook('job', () => later(5));
    hooks.emit('job', 1, { signal: controller.signal });
    expect(listeners(controller.signal)).toBe(1);
    await vi.advanceTimersByTimeAsync(5);
    expect(listeners(controller.signal)).toBe(0);
    controller.abort();
    expect(letters).toEqual([]);
    expect(hooks.counters()).toMatchObject({ processed: 1, abandoned: 0 });
  });

  test('cancels what follows from it, too', async () => {
    const { hooks, letters, controller } = openHooks({ workers: 3 });
    hooks.hook('job', (n, context) => {
      hooks.emit('follow', n + 1, { cause: context });
      return later(5);
    });
    hooks.hook('follow', async (n, context) => {
      if (n === 2)
        hooks.emit('follow', 3, { cause: context, signal: new AbortController().signal });
      await never();
    });
    hooks.emit('job', 1, { signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    expect(hooks.counters()).toMatchObject({ processed: 1, running: 2 });
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(letters.map(({ data, reason }) => [data, reason])).toEqual([
      [2, 'cancelled'],
      [3, 'cancelled'],
    ]);
    expect(listeners(controller.signal)).toBe(0);
  });

  test('has one listener, however many emits and hooks follow it', () => {
    const { hooks, controller } = openHooks({ queueSize: 1_000 });
    hooks.hook('job', never, { signal: controller.signal });
    hooks.hook('follow', never, { signal: controller.signal });
    for (let n = 0; n < 100; n++) hooks.emit('job', n, { signal: controller.signal });
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(hooks.registry.count()).toBe(0);
    expect(hooks.counters()).toMatchObject({ waiting: 0, abandoned: 100 });
  });
});

describe('a signal that outlives the hooks', () => {
  test.each([
    ['that ended by themselves', 1_000, () => later(1)],
    ['that were given up', 0, never],
  ])('keeps nothing of hooks %s', async (_how, timeoutMs, handler) => {
    const { hooks, controller } = openHooks();
    const { signal } = controller;
    hooks.hook('job', handler, { signal });
    for (const n of [1, 2, 3]) hooks.emit('job', n, { signal });
    const drained = hooks.drain({ signal });
    const closed = hooks.close({ timeoutMs });
    await vi.advanceTimersByTimeAsync(10);
    await Promise.all([closed, drained]);
    expect(listeners(signal)).toBe(0);
  });
});
