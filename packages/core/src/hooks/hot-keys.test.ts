import { describe, expect, test } from 'vitest';
import {
  buffer,
  createHooks,
  type DeadLetter,
  type EmitResult,
  type HooksOptions,
  metricsOf,
  waitForRoom,
} from './index.ts';

interface Events {
  step: number;
  other: number;
}
type Lane = 'vip' | 'bulk';
const lanes = [{ name: 'vip' }, { name: 'bulk' }] as const;

const never = (): Promise<never> => new Promise(() => undefined);

/** Lets the pool go on until it waits: also past a turn that it takes on a slow machine. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

/** Hooks whose handlers start in order and end when told to, one after the other. */
function openHooks(options: HooksOptions<Events, Lane> = {}) {
  const letters: DeadLetter[] = [];
  const hooks = createHooks<Events, Lane>({
    workers: 4,
    queueSize: 8,
    lanes,
    onDeadLetter: (letter) => letters.push(letter),
    ...options,
  });
  const started: number[] = [];
  const open: (() => void)[] = [];
  const handle = hooks.hook('step', (n) => {
    started.push(n);
    return new Promise<void>((resolve) => open.push(resolve));
  });
  const end = async (): Promise<void> => {
    open.shift()?.();
    await settled();
  };
  return { hooks, handle, letters, started, end };
}

const statuses = (results: readonly EmitResult[]): string[] => results.map(({ status }) => status);

describe('the order of a key', () => {
  test('is that of the emits, also when the later one goes to a more important lane', async () => {
    const { hooks, started, end } = openHooks();
    hooks.emit('step', 1, { key: 'k', lane: 'bulk' });
    hooks.emit('step', 2, { key: 'k', lane: 'vip' });
    hooks.emit('step', 3, { key: 'k', lane: 'bulk' });
    hooks.emit('step', 4, { key: 'k', lane: 'vip' });
    for (let i = 0; i < 4; i++) {
      await settled();
      await end();
    }
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('holds from the line for room on: nobody of the same key overtakes there', async () => {
    const { hooks, started, end } = openHooks({
      workers: 1,
      queueSize: 1,
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 10 }),
    });
    const first = hooks.emit('step', 1, { lane: 'vip' });
    const second = hooks.emit('step', 2, { lane: 'vip' });
    const waiting = hooks.emit('step', 3, { key: 'k', lane: 'bulk' });
    const later = hooks.emit('step', 4, { key: 'k', lane: 'vip' });
    const free = hooks.emit('step', 5, { lane: 'vip' });
    expect(statuses([first, second, waiting, later, free])).toEqual([
      'admitted',
      'admitted',
      'waiting',
      'waiting',
      'waiting',
    ]);
    hooks.resize({ queueSize: 10 });
    for (let i = 0; i < 5; i++) {
      await settled();
      await end();
    }
    // The free one is more important, and has no order to keep.
    expect(started).toEqual([1, 2, 5, 3, 4]);
  });

  test('holds for one that could be let in at once while another of its key waits for room', async () => {
    const { hooks, started, end } = openHooks({
      workers: 1,
      queueSize: 2,
      lanes: [{ name: 'vip' }, { name: 'bulk' }],
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 10 }),
    });
    for (const n of [1, 2, 3]) hooks.emit('step', n, { lane: 'vip' });
    expect(hooks.emit('step', 4, { key: 'k', lane: 'bulk' }).status).toBe('waiting');
    hooks.resize({ queueSize: 4 });
    // There is room for it now, and the pool has not had a turn to let the other in.
    expect(hooks.emit('step', 5, { key: 'k', lane: 'vip' }).status).toBe('waiting');
    for (let i = 0; i < 5; i++) {
      await settled();
      await end();
    }
    expect(started).toEqual([1, 2, 3, 4, 5]);
  });

  test('is that of each hook by itself, and goes on when another hook leaves', async () => {
    const { hooks, started, end } = openHooks();
    const other = hooks.hook('step', never);
    for (const n of [1, 2, 3]) hooks.emit('step', n, { key: 'k' });
    await settled();
    other.unregister();
    for (let i = 0; i < 3; i++) await end();
    expect(started).toEqual([1, 2, 3]);
  });

  test('survives that the one in front is shed, expires or is cancelled', async () => {
    const { hooks, started, end, letters } = openHooks({ workers: 1, queueSize: 4 });
    const cancelled = new AbortController();
    hooks.emit('step', 0, { lane: 'vip' });
    await settled();
    hooks.emit('step', 1, { key: 'k', lane: 'bulk', signal: cancelled.signal });
    for (const n of [2, 3]) hooks.emit('step', n, { key: 'k', lane: 'vip' });
    cancelled.abort();
    for (let i = 0; i < 3; i++) await end();
    expect(started).toEqual([0, 2, 3]);
    expect(letters).toMatchObject([{ data: 1, reason: 'cancelled', started: false }]);
  });
});

describe('a hot key', () => {
  test('fills the pool for itself alone: other keys find every place that is not taken', async () => {
    const { hooks } = openHooks();
    const hot = Array.from({ length: 20 }, (_, n) => hooks.emit('step', n, { key: 'hot' }));
    expect(statuses(hot).filter((status) => status === 'admitted')).toHaveLength(12);
    await settled();
    expect(metricsOf(hooks)).toMatchObject({ busyWorkers: 1, parked: 11 });
    const others = Array.from({ length: 20 }, (_, n) => hooks.emit('step', n, { key: n }));
    expect(statuses(others).filter((status) => status === 'admitted')).toHaveLength(11);
    expect(metricsOf(hooks)).toMatchObject({ shed: 0 });
  });

  test('takes its turn with the others when there is one worker for all', async () => {
    const { hooks, started, end } = openHooks({ workers: 1 });
    for (const n of [1, 2, 3, 4]) hooks.emit('step', n, { key: 'hot' });
    hooks.emit('step', 10, { key: 'cold' });
    hooks.emit('step', 11);
    for (let i = 0; i < 6; i++) {
      await settled();
      await end();
    }
    expect(started).toEqual([1, 10, 11, 2, 3, 4]);
  });

  test('gives way to a more important task: of its less important ones, the newest', async () => {
    const { hooks, letters } = openHooks();
    for (let n = 0; n < 12; n++) hooks.emit('step', n, { key: 'hot', lane: 'bulk' });
    await settled();
    expect(hooks.emit('step', 99, { key: 'hot', lane: 'vip' }).admitted).toBe(true);
    expect(hooks.emit('step', 100, { lane: 'vip' }).admitted).toBe(true);
    await settled();
    expect(letters).toMatchObject([{ data: 11, reason: 'shed', lane: 'bulk' }]);
  });

  test.each([
    ['drop-oldest', 1],
    ['drop-newest', 11],
  ] as const)('gives way to its own newer tasks with %s', async (whenFull, dropped) => {
    const { hooks, letters } = openHooks({
      queueSize: 6,
      overload: buffer({ size: 2, whenFull }),
    });
    for (let n = 0; n < 12; n++) hooks.emit('step', n, { key: 'hot' });
    await settled();
    expect(hooks.emit('step', 99, { key: 'hot' }).admitted).toBe(true);
    await settled();
    expect(letters).toMatchObject([{ data: dropped, reason: 'shed' }]);
  });

  test('sheds of an emit to several hooks what waits, and leaves alone what runs', async () => {
    const { hooks, letters, started } = openHooks({ workers: 1, queueSize: 3 });
    hooks.hook('step', never, { name: 'second' });
    hooks.emit('step', 1, { key: 'k', lane: 'bulk' });
    await settled();
    expect(started).toEqual([1]);
    hooks.emit('step', 2, { lane: 'bulk' });
    expect(hooks.emit('step', 3, { lane: 'vip' }).admitted).toBe(true);
    expect(hooks.emit('other', 4, { lane: 'vip' }).admitted).toBe(true);
    hooks.hook('other', never);
    expect(hooks.emit('other', 5, { lane: 'vip' }).admitted).toBe(true);
    await settled();
    expect(letters.map(({ data, hook }) => [data, hook])).toEqual([
      [2, 'anonymous'],
      [2, 'second'],
      [1, 'second'],
    ]);
    expect(hooks.counters()).toMatchObject({ running: 1, shed: 3, waiting: 3 });
  });

  test('that waits for room blocks nobody: others are let in past it, and it keeps its order', async () => {
    const { hooks, started, end } = openHooks({
      workers: 2,
      queueSize: 2,
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 20 }),
    });
    const hot = [1, 2, 3, 4, 5, 6, 7].map((n) => hooks.emit('step', n, { key: 'hot' }));
    expect(statuses(hot).filter((status) => status === 'waiting')).toHaveLength(3);
    expect(hooks.emit('step', 50, { key: 'cold' }).status).toBe('admitted');
    await settled();
    expect(started).toEqual([1, 50]);
    for (let i = 0; i < 8; i++) await end();
    expect(started.filter((n) => n < 50)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('steps out of the line for room when it turns out that only its own key is full', async () => {
    const { hooks, started, end } = openHooks({
      workers: 1,
      queueSize: 1,
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 20 }),
    });
    hooks.emit('step', 1, { key: 'hot' });
    hooks.emit('step', 2, { key: 'hot' });
    hooks.emit('step', 50);
    // In the line, since the pool is full as well.
    const third = hooks.emit('step', 3, { key: 'hot' });
    const blocked = hooks.emit('step', 51);
    const fourth = hooks.emit('step', 4, { key: 'hot' });
    expect(statuses([third, blocked, fourth])).toEqual(['waiting', 'waiting', 'waiting']);
    for (let i = 0; i < 7; i++) {
      await settled();
      await end();
    }
    expect(started.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 50, 51]);
    expect(started.filter((n) => n < 50)).toEqual([1, 2, 3, 4]);
  });

  test('has bounds, and leaves something for the next: the more of them, the smaller each share', () => {
    const { hooks } = openHooks({ workers: 4, queueSize: 96 });
    hooks.hook('other', never);
    const admitted = ['a', 'b', 'c', 'd'].map((key) => {
      let count = 0;
      while (hooks.emit('step', count, { key }).admitted) count++;
      return count;
    });
    expect(metricsOf(hooks).parked).toBeLessThanOrEqual(200);
    expect(admitted[0]).toBe(100);
    expect(admitted.toSorted((one, other) => other - one)).toEqual(admitted);
    expect(hooks.emit('step', 0, { key: 'e' }).admitted).toBe(true);
    expect(hooks.emit('step', 1, { key: 'e' }).admitted).toBe(true);
  });
});

describe('a line of 100,000 tasks of one key', () => {
  const count = 100_000;

  test('runs in order', async () => {
    const hooks = createHooks<Events>({ workers: 10, queueSize: count });
    let last = -1;
    let swaps = 0;
    hooks.hook('step', async (n) => {
      if (n !== last + 1) swaps++;
      last = n;
      await Promise.resolve();
    });
    for (let n = 0; n < count; n++) hooks.emit('step', n, { key: 'k' });
    await hooks.onIdle();
    expect({ last, swaps, ...hooks.counters() }).toMatchObject({
      last: count - 1,
      swaps: 0,
      processed: count,
    });
  });

  test('comes out as dead letters in order when its hook leaves', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      workers: 10,
      queueSize: count,
      onDeadLetter: (letter) => letters.push(letter),
    });
    const handle = hooks.hook('step', never);
    const other = hooks.hook('other', async () => undefined);
    for (let n = 0; n < count; n++) hooks.emit('step', n, { key: 'k' });
    await settled();
    handle.unregister();
    expect(other.active).toBe(true);
    await hooks.close({ timeoutMs: 0 });
    expect(letters.map(({ data }) => data).slice(0, -1)).toEqual(
      Array.from({ length: count - 1 }, (_, n) => n + 1),
    );
    expect(letters.at(-1)).toMatchObject({ data: 0, reason: 'abandoned', started: true });
    expect(hooks.counters()).toMatchObject({ waiting: 0, abandoned: count });
  });
});
