import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { simulate } from '../simulation/index.ts';
import {
  createHooks,
  type DeadLetter,
  type ErrorReport,
  HandlerTimeoutError,
  metricsOf,
  waitForRoom,
} from './index.ts';

interface Events {
  call: string;
}

const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a time limit', () => {
  test('ends the task, not a moment earlier, and reports it once', async () => {
    const onError = vi.fn<(error: unknown, report: ErrorReport) => void>();
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      timeoutMs: 5_000,
      onError,
      onDeadLetter: (letter) => letters.push(letter),
    });
    hooks.hook('call', never, { name: 'webhook' });
    hooks.emit('call', 'x');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(metricsOf(hooks)).toMatchObject({ running: 1, timedOut: 0 });
    await vi.advanceTimersByTimeAsync(1);
    expect(metricsOf(hooks)).toMatchObject({ running: 0, timedOut: 1, strays: 1, busyWorkers: 0 });
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(HandlerTimeoutError), {
      event: 'call',
      hook: 'webhook',
      lane: 'default',
      key: undefined,
    });
    expect(letters).toEqual([
      expect.objectContaining({ data: 'x', reason: 'timed-out', started: true }),
    ]);
  });

  test.each<[{ all?: number; hook?: number; emit?: number }, number]>([
    [{ all: 30, hook: 20, emit: 10 }, 10],
    [{ all: 30, hook: 10, emit: 20 }, 10],
    [{ all: 10, hook: 20, emit: 30 }, 10],
    [{ hook: 40 }, 40],
    [{ emit: 25 }, 25],
  ])('is the earliest of the global, the hook and the emit one: %j', async (limits, expected) => {
    const hooks = createHooks<Events>(limits.all === undefined ? {} : { timeoutMs: limits.all });
    hooks.hook('call', never, limits.hook === undefined ? {} : { timeoutMs: limits.hook });
    hooks.emit('call', 'x', limits.emit === undefined ? {} : { timeoutMs: limits.emit });
    await vi.advanceTimersByTimeAsync(expected - 1);
    expect(metricsOf(hooks).timedOut).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(metricsOf(hooks).timedOut).toBe(1);
  });

  test('of the hook counts from the start of the handler, that of the emit from the emit', async () => {
    const hooks = createHooks<Events>({ workers: 1, maxStrays: 5, timeoutMs: 100 });
    const started: string[] = [];
    hooks.hook('call', (data) => {
      started.push(data);
      return never();
    });
    hooks.emit('call', 'first');
    hooks.emit('call', 'second');
    hooks.emit('call', 'stale', { timeoutMs: 150 });
    await vi.advanceTimersByTimeAsync(149);
    expect(metricsOf(hooks).timedOut).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(metricsOf(hooks).timedOut).toBe(2);
    await vi.advanceTimersByTimeAsync(50);
    expect(metricsOf(hooks).timedOut).toBe(3);
    expect(started).toEqual(['first', 'second']);
  });

  test('is not reached by a handler that settles in time', async () => {
    const hooks = createHooks<Events>({ timeoutMs: 100 });
    hooks.hook('call', () => new Promise((resolve) => setTimeout(resolve, 99)));
    for (let i = 0; i < 5; i++) {
      hooks.emit('call', 'x');
      await vi.advanceTimersByTimeAsync(60);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(metricsOf(hooks)).toMatchObject({ processed: 5, timedOut: 0 });
  });

  test('leaves no timer behind when nothing runs any more', async () => {
    const hooks = createHooks<Events>({ timeoutMs: 60_000 });
    hooks.hook('call', async () => undefined);
    hooks.emit('call', 'x');
    await hooks.onIdle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('uses one timer for a thousand handlers', async () => {
    const hooks = createHooks<Events>({ workers: 1_000, timeoutMs: 60_000 });
    hooks.hook('call', never);
    for (let i = 0; i < 1_000; i++) hooks.emit('call', 'x');
    await vi.advanceTimersByTimeAsync(0);
    expect(metricsOf(hooks).running).toBe(1_000);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('is not shortened by another handler that blocked the event loop in the same pass', async () => {
    const hooks = createHooks<Events>({ timeoutMs: 1_000, queueSize: 1_000 });
    // Many quick handlers first, so that the pool shares readings of the clock between handlers.
    hooks.hook('call', (data) => {
      if (data === 'block') blockFor(800);
      return data === 'hang' ? never() : undefined;
    });
    for (let i = 0; i < 300; i++) hooks.emit('call', 'quick');
    hooks.emit('call', 'block');
    hooks.emit('call', 'hang');
    await Promise.resolve();
    await vi.advanceTimersByTimeAsync(999);
    expect(metricsOf(hooks).timedOut).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(metricsOf(hooks).timedOut).toBe(1);
  });

  test('longer than a timer can be is kept, not cut short', async () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const hooks = createHooks<Events>({ timeoutMs: 2 ** 31 + 5_000 });
    hooks.hook('call', never);
    hooks.emit('call', 'x');
    await vi.advanceTimersByTimeAsync(2 ** 31);
    expect(metricsOf(hooks)).toMatchObject({ running: 1, timedOut: 0 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(metricsOf(hooks)).toMatchObject({ running: 0, timedOut: 1 });
    // Node fires a longer timer after a millisecond.
    const delays = setTimer.mock.calls.map(([, delay]) => Number(delay));
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
    setTimer.mockRestore();
  });
});

describe('the limit of an emit', () => {
  test.each([
    ['in the queue', {}],
    ['behind its key', { key: 'k' }],
  ])('gives its place back when it passes %s, with its letter', async (_where, options) => {
    const letters: DeadLetter[] = [];
    const onError = vi.fn<(error: unknown) => void>();
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 2,
      onError,
      onDeadLetter: (letter) => letters.push(letter),
    });
    hooks.hook('call', never);
    hooks.emit('call', 'running', options);
    for (const data of ['a', 'b']) hooks.emit('call', data, { ...options, timeoutMs: 50 });
    await vi.advanceTimersByTimeAsync(49);
    expect(hooks.emit('call', 'early', options)).toMatchObject({ reason: 'queue-full' });
    await vi.advanceTimersByTimeAsync(1);
    expect(letters).toMatchObject([
      { data: 'a', reason: 'timed-out', started: false },
      { data: 'b', reason: 'timed-out', started: false },
    ]);
    expect(onError).toHaveBeenCalledTimes(2);
    expect(hooks.counters()).toMatchObject({ timedOut: 2, waiting: 0, running: 1 });
    expect(hooks.emit('call', 'late', options).admitted).toBe(true);
  });

  test('lets in who waits for the room that it gives back', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 1,
      overload: waitForRoom({ maxWaitMs: 1_000 }),
    });
    hooks.hook('call', never);
    hooks.emit('call', 'running');
    hooks.emit('call', 'expires', { timeoutMs: 50 });
    const waiting = hooks.emit('call', 'waits');
    await vi.advanceTimersByTimeAsync(50);
    expect(await waiting.settled).toMatchObject({ status: 'admitted' });
  });

  test.each([0, -1, -Infinity])(
    'that is over already (%d) makes expired tasks, which take no place and shed nobody',
    async (timeoutMs) => {
      const letters: DeadLetter[] = [];
      const hooks = createHooks<Events, 'vip' | 'bulk'>({
        workers: 1,
        queueSize: 0,
        lanes: [{ name: 'vip' }, { name: 'bulk' }],
        onDeadLetter: (letter) => letters.push(letter),
      });
      hooks.hook('call', never, { name: 'webhook' });
      hooks.emit('call', 'running', { lane: 'bulk' });
      expect(hooks.emit('call', 'late', { timeoutMs, lane: 'vip' }).admitted).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(letters).toMatchObject([
        { data: 'late', hook: 'webhook', reason: 'timed-out', started: false },
      ]);
      expect(hooks.counters()).toMatchObject({ admitted: 2, timedOut: 1, running: 1, shed: 0 });
    },
  );

  test('of Infinity is none, here and everywhere else', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: Infinity,
      timeoutMs: Infinity,
      closeTimeoutMs: Infinity,
      maxStrays: Infinity,
      maxHooks: Infinity,
      maxHooksPerEvent: Infinity,
      maxChainLength: Infinity,
      overload: waitForRoom({ maxWaitMs: Infinity, maxWaiting: Infinity, bound: 'linear' }),
    });
    hooks.hook('call', () => new Promise((resolve) => setTimeout(resolve, 10)), {
      timeoutMs: Infinity,
    });
    for (let i = 0; i < 1_000; i++) hooks.emit('call', 'x', { timeoutMs: Infinity });
    hooks.resize({ queueSize: 1 });
    const waiting = hooks.emit('call', 'y', { timeoutMs: Infinity });
    expect(waiting.status).toBe('waiting');
    const drained = hooks.drain({ timeoutMs: Infinity });
    await vi.advanceTimersByTimeAsync(10 * 1_001);
    expect(await drained).toMatchObject({ clean: true });
    expect(await hooks.close({ timeoutMs: Infinity })).toMatchObject({ clean: true });
    expect(hooks.counters()).toMatchObject({ processed: 1_001, timedOut: 0 });
  });

  test('costs a line of 100,000 emits no walk along the line each time that one of them expires', async () => {
    const count = 100_000;
    const hooks = createHooks<Events>({ workers: 1, queueSize: count });
    hooks.hook('call', never);
    hooks.emit('call', 'running');
    for (let i = 0; i < count; i++) hooks.emit('call', 'x', { timeoutMs: 1 + (i % 1_000) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hooks.counters()).toMatchObject({ timedOut: count, waiting: 0 });
  });
});

describe('a stall of the event loop', () => {
  beforeEach(() => void vi.useRealTimers());

  test('does not end a handler whose answer has arrived meanwhile', async () => {
    await simulate({ seed: 1, start: 0 }, async (sim) => {
      const hooks = createHooks<Events>({ timeoutMs: 100 });
      // Timers come before input and output: an answer is heard some turns after the stall.
      const answer = Promise.withResolvers<void>();
      hooks.hook('call', () => answer.promise);
      hooks.emit('call', 'x');
      await new Promise((resolve) => setTimeout(resolve, 1));
      sim.blockEventLoop(200);
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      answer.resolve();
      await hooks.onIdle();
      expect(hooks.counters()).toMatchObject({ processed: 1, timedOut: 0 });
    });
  });

  test('ends a handler without an answer once the event loop has caught up', async () => {
    await simulate({ seed: 1, start: 0 }, async (sim) => {
      const hooks = createHooks<Events>({ timeoutMs: 100 });
      hooks.hook('call', never);
      hooks.emit('call', 'x');
      await new Promise((resolve) => setTimeout(resolve, 1));
      sim.blockEventLoop(10_000);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      expect(hooks.counters()).toMatchObject({ processed: 0, timedOut: 1 });
    });
  });
});

describe('the signal', () => {
  test('aborts at the limit, and a handler that stops at it is not a stray', async () => {
    const hooks = createHooks<Events>({ timeoutMs: 100 });
    const reasons: unknown[] = [];
    hooks.hook(
      'call',
      (_data, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason);
          });
        }),
    );
    hooks.emit('call', 'x');
    await vi.advanceTimersByTimeAsync(100);
    expect(reasons).toEqual([expect.any(HandlerTimeoutError)]);
    expect(metricsOf(hooks)).toMatchObject({ timedOut: 1, failed: 0, strays: 0 });
  });

  test('is made only for a handler that reads it', async () => {
    const made = vi.spyOn(globalThis, 'AbortController');
    const hooks = createHooks<Events>({ timeoutMs: 100 });
    hooks.hook('call', async () => undefined);
    hooks.hook('call', async (_data, _context) => undefined);
    hooks.emit('call', 'x');
    await hooks.onIdle();
    expect(made).not.toHaveBeenCalled();
    hooks.hook('call', async (_data, context) => context.signal.aborted);
    hooks.emit('call', 'x');
    await hooks.onIdle();
    expect(made).toHaveBeenCalledTimes(1);
    made.mockRestore();
  });

  test('read after the limit is aborted already', async () => {
    const hooks = createHooks<Events>({ timeoutMs: 100 });
    let late: boolean | undefined;
    hooks.hook('call', async (_data, context) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      late = context.signal.aborted;
    });
    hooks.emit('call', 'x');
    await vi.advanceTimersByTimeAsync(200);
    expect(late).toBe(true);
  });
});

describe('the context', () => {
  test('goes to handlers that declare a second parameter, or say that they take one', async () => {
    const hooks = createHooks<Events>();
    const counts: number[] = [];
    hooks.hook('call', function one(_data) {
      counts.push(arguments.length);
    });
    hooks.hook('call', function rest(...all: unknown[]) {
      counts.push(all.length);
    });
    hooks.hook('call', (...all: unknown[]) => counts.push(all.length), { context: true });
    hooks.hook('call', (data, context) => counts.push([data, context.event].length));
    hooks.emit('call', 'x');
    await hooks.onIdle();
    expect(counts).toEqual([1, 1, 2, 2]);
  });

  test('says which event, lane and key the task belongs to', async () => {
    const hooks = createHooks<Events>();
    const seen: unknown[] = [];
    hooks.hook('call', (_data, { event, lane, key }) => seen.push({ event, lane, key }));
    hooks.emit('call', 'x', { key: 'k1' });
    await hooks.onIdle();
    expect(seen).toEqual([{ event: 'call', lane: 'default', key: 'k1' }]);
  });
});

describe('a handler that never settles', () => {
  test('gives its worker back at the limit, so that it cannot take the pool down', async () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 100, timeoutMs: 100 });
    const done: string[] = [];
    hooks.hook('call', (data) => (data === 'hang' ? never() : done.push(data)));
    hooks.emit('call', 'hang');
    hooks.emit('call', 'hang');
    for (let i = 0; i < 5; i++) hooks.emit('call', `ok${i}`);
    await vi.advanceTimersByTimeAsync(100);
    expect(done).toHaveLength(5);
    expect(metricsOf(hooks)).toMatchObject({ strays: 2, heldWorkers: 0, processed: 5 });
  });

  test('keeps its worker beyond maxStrays, so that the pool refuses rather than leaks', async () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 0, timeoutMs: 100, maxStrays: 1 });
    const settle: (() => void)[] = [];
    hooks.hook('call', () => new Promise<void>((resolve) => settle.push(resolve)));
    for (let round = 0; round < 3; round++) {
      while (hooks.emit('call', 'hang').admitted);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(metricsOf(hooks)).toMatchObject({
      timedOut: 3,
      strays: 3,
      heldWorkers: 2,
      busyWorkers: 2,
      running: 0,
    });
    expect(hooks.emit('call', 'one more').admitted).toBe(false);

    settle[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(metricsOf(hooks)).toMatchObject({ strays: 2, heldWorkers: 1, busyWorkers: 1 });
    expect(hooks.emit('call', 'one more').admitted).toBe(true);
  });

  test('is counted once, however it ends after its limit', async () => {
    const onError = vi.fn<(error: unknown, report: ErrorReport) => void>();
    const hooks = createHooks<Events>({ timeoutMs: 100, onError });
    hooks.hook('call', async (data) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (data === 'throws') throw new Error('late');
    });
    hooks.emit('call', 'throws');
    hooks.emit('call', 'returns');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onError).toHaveBeenCalledTimes(2);
    expect(metricsOf(hooks)).toMatchObject({ timedOut: 2, failed: 0, processed: 0, strays: 0 });
  });
});

/** Time passes and nothing runs: what synchronous work looks like to everybody else. */
function blockFor(ms: number): void {
  const before = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => before() + ms);
}
