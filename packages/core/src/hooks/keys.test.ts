import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHooks, metricsOf } from './index.ts';

interface Events {
  step: { key: string; n: number };
}

afterEach(() => void vi.useRealTimers());

/** Lets the pool go on until it waits: it takes turns of the event loop, not time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

describe('tasks of one key', () => {
  test('run one at a time and in order, while other keys go on', async () => {
    const hooks = createHooks<Events>({ workers: 4, queueSize: 100 });
    const log: string[] = [];
    const open = new Map<string, () => void>();
    hooks.hook('step', ({ key, n }) => {
      log.push(`${key}${n}`);
      return new Promise<void>((resolve) => open.set(key, resolve));
    });
    for (const n of [1, 2, 3]) {
      hooks.emit('step', { key: 'a', n }, { key: 'a' });
      hooks.emit('step', { key: 'b', n }, { key: 'b' });
    }
    await settled();
    expect(log).toEqual(['a1', 'b1']);
    open.get('b')?.();
    await settled();
    expect(log).toEqual(['a1', 'b1', 'b2']);
    expect(metricsOf(hooks)).toMatchObject({ running: 2, waiting: 3, busyWorkers: 2 });
    open.get('a')?.();
    await settled();
    expect(log).toEqual(['a1', 'b1', 'b2', 'a2']);
  });

  test('are ordered for each hook by itself: a slow hook does not hold up another', async () => {
    const hooks = createHooks<Events>({ workers: 4, queueSize: 100 });
    const quick: number[] = [];
    hooks.hook('step', () => new Promise(() => undefined));
    hooks.hook('step', async ({ n }) => quick.push(n));
    for (const n of [1, 2, 3]) hooks.emit('step', { key: 'a', n }, { key: 'a' });
    await settled();
    expect(quick).toEqual([1, 2, 3]);
    expect(metricsOf(hooks)).toMatchObject({ running: 1, waiting: 2, processed: 3 });
  });

  test('keep their order under failures, time-outs and unregistered neighbours', async () => {
    vi.useFakeTimers();
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            key: fc.constantFrom('a', 'b', 'c'),
            how: fc.constantFrom('ok', 'sync', 'throw', 'reject', 'late', 'obey', 'stubborn'),
            emitLimitMs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        fc.integer({ min: 1, max: 5 }),
        async (program, workers) => {
          const hooks = createHooks<{ step: { n: number } & (typeof program)[number] }>({
            workers,
            queueSize: 1_000,
            timeoutMs: 20,
            maxStrays: 100,
          });
          const started: Record<string, number[]> = { a: [], b: [], c: [] };
          const running = new Map<string, number>();
          let overlaps = 0;
          hooks.hook('step', async ({ key, n, how }, { signal }): Promise<void> => {
            started[key]?.push(n);
            if ((running.get(key) ?? 0) > 0) overlaps++;
            if (how === 'sync') return;
            if (how === 'throw') throw new Error('failed');
            // A handler that ignores its signal is the only one that may overlap its successor.
            if (how === 'stubborn') return new Promise(() => undefined);
            running.set(key, (running.get(key) ?? 0) + 1);
            try {
              await new Promise<void>((resolve, reject) => {
                const timer = setTimeout(
                  how === 'reject' ? () => reject(new Error('no')) : resolve,
                  how === 'obey' ? 1_000 : how === 'late' ? 19 : 5,
                );
                signal.addEventListener('abort', () => {
                  clearTimeout(timer);
                  reject(signal.reason);
                });
              });
            } finally {
              running.set(key, (running.get(key) ?? 0) - 1);
            }
          });
          for (const [n, entry] of program.entries()) {
            const { key, emitLimitMs } = entry;
            const limit = emitLimitMs === undefined ? {} : { timeoutMs: emitLimitMs };
            hooks.emit('step', { n, ...entry }, { key, ...limit });
          }
          await vi.advanceTimersByTimeAsync(20 * 45);
          await hooks.onIdle();
          for (const order of Object.values(started)) {
            expect(order).toEqual(order.toSorted((x, y) => x - y));
          }
          expect(overlaps).toBe(0);
          const { processed, failed, timedOut } = metricsOf(hooks);
          expect(processed + failed + timedOut).toBe(program.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('go on after one that never settles, one turn after its limit', async () => {
    vi.useFakeTimers();
    const hooks = createHooks<Events>({ workers: 2, timeoutMs: 50 });
    const started: number[] = [];
    hooks.hook('step', ({ n }) => {
      started.push(n);
      return n === 1 ? new Promise(() => undefined) : undefined;
    });
    hooks.emit('step', { key: 'a', n: 1 }, { key: 'a' });
    hooks.emit('step', { key: 'a', n: 2 }, { key: 'a' });
    await vi.advanceTimersByTimeAsync(49);
    expect(started).toEqual([1]);
    // The fake clock puts an immediate that a timer asks for a millisecond after it.
    await vi.advanceTimersByTimeAsync(2);
    expect(started).toEqual([1, 2]);
  });

  test('that is unregistered while tasks are parked come out as dead letters, in order', async () => {
    const parked: unknown[] = [];
    const hooks = createHooks<Events>({
      onDeadLetter: ({ data, reason }) => parked.push([data.n, reason]),
    });
    const opens: (() => void)[] = [];
    const handle = hooks.hook('step', () => new Promise<void>((resolve) => opens.push(resolve)));
    for (const n of [1, 2, 3]) hooks.emit('step', { key: 'a', n }, { key: 'a' });
    await settled();
    expect(metricsOf(hooks).running).toBe(1);
    handle.unregister();
    opens[0]?.();
    await hooks.onIdle();
    expect(parked).toEqual([
      [2, 'unregistered'],
      [3, 'unregistered'],
    ]);
  });
});
