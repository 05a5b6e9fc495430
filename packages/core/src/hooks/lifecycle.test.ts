import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createHooks,
  type DeadLetter,
  metricsOf,
  TaskAbandonedError,
  waitForRoom,
} from './index.ts';

interface Events {
  job: number;
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('onIdle', () => {
  test('resolves at once when nothing waits or runs', async () => {
    await expect(createHooks<Events>().onIdle()).resolves.toBeUndefined();
  });

  test('resolves when the last task is over', async () => {
    const hooks = createHooks<Events>({ workers: 1 });
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    hooks.emit('job', 2);
    const idle = vi.fn<() => void>();
    void hooks.onIdle().then(idle);
    await vi.advanceTimersByTimeAsync(15);
    expect(idle).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    expect(idle).toHaveBeenCalledOnce();
  });
});

describe('drain', () => {
  test('refuses emits until everything admitted is over, then admits again', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    const drained = hooks.drain();
    expect(hooks.emit('job', 2)).toMatchObject({ admitted: false, reason: 'draining' });
    await vi.advanceTimersByTimeAsync(10);
    await drained;
    expect(hooks.emit('job', 3).admitted).toBe(true);
    expect(metricsOf(hooks)).toMatchObject({ admitted: 2, processed: 1, rejected: 1 });
  });

  test('lets in what was waiting for room', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 1_000, maxWaiting: 3 }),
    });
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    const second = hooks.emit('job', 2);
    const drained = hooks.drain();
    await vi.advanceTimersByTimeAsync(30);
    await drained;
    expect(await second.settled).toMatchObject({ admitted: true });
    expect(metricsOf(hooks).processed).toBe(2);
  });
});

describe('a drain', () => {
  test('ends at its limit, gives nothing up, and admits again', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => later(100));
    hooks.emit('job', 1);
    const drained = hooks.drain({ timeoutMs: 30 });
    await vi.advanceTimersByTimeAsync(29);
    expect(hooks.emit('job', 2)).toMatchObject({ reason: 'draining' });
    await vi.advanceTimersByTimeAsync(1);
    expect(await drained).toEqual({ clean: false, ended: 'timed-out', unfinished: 1, refused: 0 });
    expect(hooks.emit('job', 3).admitted).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(hooks.counters()).toMatchObject({ processed: 2, abandoned: 0 });
  });

  test('can be taken back by its signal, before and while it lasts', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', never);
    hooks.emit('job', 1);
    const controller = new AbortController();
    const drained = hooks.drain({ signal: controller.signal });
    expect(hooks.emit('job', 2).admitted).toBe(false);
    controller.abort();
    expect(hooks.emit('job', 3).admitted).toBe(true);
    expect(await drained).toMatchObject({ clean: false, ended: 'taken-back', unfinished: 1 });
    expect(await hooks.drain({ signal: controller.signal })).toMatchObject({ ended: 'taken-back' });
    expect(hooks.emit('job', 4).admitted).toBe(true);
  });

  test('of several goes on until the last of them is over', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => later(100));
    hooks.emit('job', 1);
    const short = hooks.drain({ timeoutMs: 10 });
    const long = hooks.drain();
    await vi.advanceTimersByTimeAsync(10);
    expect(await short).toMatchObject({ ended: 'timed-out' });
    expect(hooks.emit('job', 2).admitted).toBe(false);
    await vi.advanceTimersByTimeAsync(90);
    expect(await long).toMatchObject({ clean: true, ended: 'idle' });
    expect(hooks.emit('job', 3).admitted).toBe(true);
  });

  test('of hooks that do nothing is over at once', async () => {
    const hooks = createHooks<Events>();
    expect(await hooks.drain()).toEqual({ clean: true, ended: 'idle', unfinished: 0, refused: 0 });
  });

  test('ends with the close that gave its tasks up', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', never);
    hooks.emit('job', 1);
    const drained = hooks.drain();
    void hooks.close({ timeoutMs: 10 });
    await vi.advanceTimersByTimeAsync(11);
    expect(await drained).toMatchObject({ clean: false, ended: 'closed' });
  });
});

function openWithMail() {
  const letters: DeadLetter[] = [];
  const hooks = createHooks<Events & { mail: number }>({
    onDeadLetter: (letter) => letters.push(letter),
  });
  hooks.hook('mail', () => undefined, { name: 'smtp' });
  return { hooks, letters };
}

describe('an emit that is refused because the hooks drain or close', () => {
  test('is a dead letter when the handler that made it does not look, and the close not clean', async () => {
    const { hooks, letters } = openWithMail();
    hooks.hook('job', async (n) => {
      await later(10);
      hooks.emit('mail', n);
    });
    hooks.emit('job', 7);
    const closed = hooks.close();
    await vi.advanceTimersByTimeAsync(12);
    const { clean, abandoned, refused } = await closed;
    expect({ clean, abandoned }).toEqual({ clean: false, abandoned: [] });
    expect(refused).toMatchObject([
      { event: 'mail', data: 7, hook: 'smtp', reason: 'refused', started: false },
    ]);
    expect(letters).toEqual(refused);
    expect(hooks.counters()).toMatchObject({ processed: 1, rejected: 1 });
  });

  test('before the first await, and while draining, as well', async () => {
    const { hooks, letters } = openWithMail();
    hooks.hook('job', (n) => void hooks.emit('mail', n));
    hooks.emit('job', 7);
    const drained = hooks.drain();
    await vi.advanceTimersByTimeAsync(2);
    expect(await drained).toEqual({ clean: false, ended: 'idle', unfinished: 0, refused: 1 });
    expect(letters).toMatchObject([{ data: 7, reason: 'refused' }]);
    expect(hooks.emit('mail', 8).admitted).toBe(true);
    expect(await hooks.close()).toMatchObject({ clean: true, refused: [] });
  });

  test('is the affair of whoever looks at the answer, at once or after a promise', async () => {
    const { hooks, letters } = openWithMail();
    hooks.hook('job', async (n) => {
      await later(10);
      if (!hooks.emit('mail', n).admitted) return;
      throw new Error('unreachable');
    });
    hooks.hook('job', async (n) => {
      await later(10);
      const { status } = await hooks.emit('mail', n).settled;
      if (status === 'admitted') throw new Error('unreachable');
    });
    hooks.emit('job', 7);
    const closed = hooks.close();
    await vi.advanceTimersByTimeAsync(12);
    expect(await closed).toMatchObject({ clean: true, refused: [] });
    expect(letters).toEqual([]);
  });

  test("is nobody's any more once the close is over", async () => {
    const { hooks, letters } = openWithMail();
    await hooks.close();
    hooks.emit('mail', 1);
    await vi.advanceTimersByTimeAsync(2);
    expect(letters).toEqual([]);
  });
});

describe('close', () => {
  test('refuses emits from then on, with or without hooks', async () => {
    const hooks = createHooks<Events & { silent: void }>();
    hooks.hook('job', () => undefined);
    const closed = hooks.close();
    expect(hooks.emit('job', 1)).toMatchObject({ admitted: false, reason: 'closed' });
    expect(hooks.emit('silent')).toMatchObject({ admitted: false, reason: 'closed' });
    await closed;
    expect(hooks.emit('job', 1)).toMatchObject({ admitted: false, reason: 'closed' });
    expect(metricsOf(hooks).rejected).toBe(2);
  });

  test('during load loses nothing that was admitted', async () => {
    const hooks = createHooks<Events>({ workers: 3, queueSize: 1_000 });
    const seen: number[] = [];
    hooks.hook('job', async (n) => {
      await later(n % 7);
      seen.push(n);
    });
    for (let n = 0; n < 500; n++) hooks.emit('job', n);
    await vi.advanceTimersByTimeAsync(20);
    const closed = hooks.close({ timeoutMs: 60_000 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await closed).toEqual({ clean: true, abandoned: [], refused: [], strays: 0 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('reports exactly what it gave up at its limit: running, queued and parked', async () => {
    const letters: DeadLetter[] = [];
    const reasons: unknown[] = [];
    const hooks = createHooks<Events>({
      workers: 2,
      queueSize: 10,
      onDeadLetter: (letter) => letters.push(letter),
    });
    hooks.hook('job', (n, { signal }) => {
      if (n === 0) return later(20);
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return never();
    });
    for (let n = 0; n < 3; n++) hooks.emit('job', n);
    hooks.emit('job', 3, { key: 'k' });
    hooks.emit('job', 4, { key: 'k' });
    const report = hooks.close({ timeoutMs: 100 });
    await vi.advanceTimersByTimeAsync(100);
    const { clean, abandoned, strays } = await report;
    expect({ clean, strays }).toEqual({ clean: false, strays: 2 });
    const given = abandoned.map(({ data, started }) => [data, started]);
    expect(given.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ]);
    expect(abandoned.every(({ reason }) => reason === 'abandoned')).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(letters).toEqual(abandoned);
    expect(reasons).toEqual([expect.any(TaskAbandonedError), expect.any(TaskAbandonedError)]);
    expect(metricsOf(hooks)).toMatchObject({ admitted: 5, processed: 1, abandoned: 4, running: 0 });
  });

  test('gives up parked tasks too', async () => {
    const hooks = createHooks<Events>({ workers: 4 });
    hooks.hook('job', never);
    for (let n = 0; n < 3; n++) hooks.emit('job', n, { key: 'k' });
    const report = hooks.close({ timeoutMs: 10 });
    await vi.advanceTimersByTimeAsync(10);
    expect((await report).abandoned.map(({ data }) => data)).toEqual([0, 1, 2]);
    expect(metricsOf(hooks)).toMatchObject({ waiting: 0, running: 0, abandoned: 3 });
  });

  test('refuses what was still waiting for room', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 1_000, maxWaiting: 3 }),
    });
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    const second = hooks.emit('job', 2);
    const closed = hooks.close();
    expect(await second.settled).toMatchObject({ admitted: false, reason: 'closed' });
    await vi.advanceTimersByTimeAsync(10);
    expect((await closed).clean).toBe(true);
  });

  test('waits no longer than closeTimeoutMs unless told otherwise', async () => {
    const hooks = createHooks<Events>({ closeTimeoutMs: 50 });
    hooks.hook('job', never);
    hooks.emit('job', 1);
    const closed = vi.fn<() => void>();
    void hooks.close().then(closed);
    await vi.advanceTimersByTimeAsync(49);
    expect(closed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('called again gives the same promise, and a shorter limit takes over', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', never);
    hooks.emit('job', 1);
    const first = hooks.close({ timeoutMs: Infinity });
    const second = hooks.close({ timeoutMs: 5 });
    expect(second).toBe(first);
    await vi.advanceTimersByTimeAsync(5);
    expect((await first).abandoned).toHaveLength(1);
  });

  test('while draining makes the drain end and nothing be admitted after it', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => later(10));
    hooks.emit('job', 1);
    const drained = hooks.drain();
    const closed = hooks.close();
    await vi.advanceTimersByTimeAsync(10);
    await Promise.all([drained, closed]);
    expect(hooks.emit('job', 2)).toMatchObject({ reason: 'closed' });
  });

  test('counts a handler that ends after it was given up as no stray any more', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('job', () => later(100));
    hooks.emit('job', 1);
    const closed = hooks.close({ timeoutMs: 10 });
    await vi.advanceTimersByTimeAsync(10);
    expect(await closed).toMatchObject({ strays: 1 });
    expect(metricsOf(hooks).strays).toBe(1);
    await vi.advanceTimersByTimeAsync(90);
    expect(metricsOf(hooks)).toMatchObject({ strays: 0, abandoned: 1, processed: 0 });
  });

  test('happens at the end of an await using block', async () => {
    let outside: ReturnType<typeof createHooks<Events>> | undefined;
    const seen: number[] = [];
    {
      await using hooks = createHooks<Events>();
      outside = hooks;
      hooks.hook('job', async (n) => void seen.push(n));
      hooks.emit('job', 1);
    }
    expect(seen).toEqual([1]);
    expect(outside.emit('job', 2)).toMatchObject({ reason: 'closed' });
  });
});
