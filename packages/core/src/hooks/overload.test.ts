import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buffer, createHooks, type DeadLetter, metricsOf, waitForRoom } from './index.ts';
import { waitBoundMs } from './wait-for-room.ts';

interface Events {
  tick: number;
}

/** A pool of one worker that is busy until the gate opens. */
function gate(): { handler: (n: number) => Promise<void>; seen: number[]; open: () => void } {
  const seen: number[] = [];
  const waiting: (() => void)[] = [];
  let isOpen = false;
  return {
    seen,
    handler: (n) => {
      seen.push(n);
      return isOpen ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve));
    },
    open: () => {
      isOpen = true;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

const realTurn = setImmediate;

/** Lets the pool go on until it waits: also past a turn that it takes on a slow machine. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => realTurn(resolve));
}

describe('an overflow buffer', () => {
  test('takes what the queue cannot, then refuses with whenFull: reject', async () => {
    const { handler, seen, open } = gate();
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 1,
      overload: buffer({ size: 2, whenFull: 'reject' }),
    });
    hooks.hook('tick', handler);
    const answers = [1, 2, 3, 4, 5].map((n) => hooks.emit('tick', n).admitted);
    expect(answers).toEqual([true, true, true, true, false]);
    open();
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['drop-oldest', [1, 3, 4], 2],
    ['drop-newest', [1, 2, 4], 3],
  ] as const)('sheds with %s, and the new emit gets in', async (whenFull, expected, dropped) => {
    const { handler, seen, open } = gate();
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: buffer({ size: 2, whenFull }),
      onDeadLetter: (letter) => letters.push(letter),
    });
    hooks.hook('tick', handler, { name: 'ticker' });
    hooks.emit('tick', 1);
    await settled();
    for (const n of [2, 3, 4]) expect(hooks.emit('tick', n).admitted).toBe(true);
    expect(letters).toEqual([]);
    open();
    await hooks.onIdle();
    expect(seen).toEqual(expected);
    expect(letters).toEqual([
      expect.objectContaining({ data: dropped, hook: 'ticker', reason: 'shed', started: false }),
    ]);
    expect(metricsOf(hooks)).toMatchObject({ admitted: 4, processed: 3, shed: 1, rejected: 0 });
  });

  test('sheds nothing for an emit that would not fit all the same', async () => {
    const hooks = createHooks<Events & { wide: number }>({
      workers: 1,
      queueSize: 0,
      overload: buffer({ size: 2, whenFull: 'drop-oldest' }),
    });
    hooks.hook('tick', () => new Promise(() => undefined));
    for (let i = 0; i < 3; i++) hooks.hook('wide', () => undefined);
    hooks.emit('tick', 1);
    await settled();
    hooks.emit('tick', 2);
    expect(hooks.emit('wide', 3)).toMatchObject({ reason: 'queue-full' });
    expect(metricsOf(hooks)).toMatchObject({ shed: 0, waiting: 1, rejected: 3 });
  });
});

describe('a buffer behind which emits wait', () => {
  test('takes the burst first, then lets emits wait, then refuses', async () => {
    const { handler, seen, open } = gate();
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 1,
      overload: buffer({ size: 2, whenFull: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 2 }) }),
    });
    hooks.hook('tick', handler);
    const answers = [1, 2, 3, 4, 5, 6, 7].map((n) => hooks.emit('tick', n).status);
    expect(answers).toEqual([
      ...Array.from({ length: 4 }, () => 'admitted'),
      'waiting',
      'waiting',
      'refused',
    ]);
    open();
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is told what is wrong with either half', () => {
    // @ts-expect-error no maxWaitMs
    expect(() => waitForRoom({})).toThrow(/option maxWaitMs: undefined/);
    const wait = waitForRoom({ maxWaitMs: 5 });
    expect(() => buffer({ size: 0, whenFull: wait })).toThrow(/option size: 0/);
    // @ts-expect-error no strategy
    expect(() => buffer({ size: 1, whenFull: { maxWaitMs: 5 } })).toThrow(
      /option whenFull: .* no strategy/,
    );
  });

  test('has the room of both buffers when one stands behind the other', () => {
    const behind = buffer({ size: 2, whenFull: 'reject' });
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: buffer({ size: 1, whenFull: behind }),
    });
    expect(metricsOf(hooks).capacity).toBe(4);
  });
});

describe('a bounded wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('admits waiting emits in order as room appears', async () => {
    const { handler, seen, open } = gate();
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 100, maxWaiting: 5 }),
    });
    hooks.hook('tick', handler);
    hooks.emit('tick', 1);
    const second = hooks.emit('tick', 2);
    const third = hooks.emit('tick', 3);
    expect(second).toMatchObject({ admitted: false, status: 'waiting' });
    expect(metricsOf(hooks)).toMatchObject({ waitingEmits: 2, admitted: 1 });
    open();
    expect(await second.settled).toMatchObject({ admitted: true });
    expect(await third.settled).toMatchObject({ admitted: true });
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3]);
    expect(await second.settled).toMatchObject({ admitted: true });
  });

  test('ends in a refusal when no room appears, and none of the handlers run', async () => {
    const { handler, seen, open } = gate();
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 100, maxWaiting: 5 }),
    });
    hooks.hook('tick', handler);
    hooks.emit('tick', 1);
    const late = hooks.emit('tick', 2);
    await vi.advanceTimersByTimeAsync(99);
    expect(metricsOf(hooks)).toMatchObject({ waitingEmits: 1, rejected: 0 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await late.settled).toMatchObject({ status: 'refused', reason: 'wait-expired' });
    expect(metricsOf(hooks)).toMatchObject({ waitingEmits: 0, rejected: 1 });
    open();
    await hooks.onIdle();
    expect(seen).toEqual([1]);
  });

  test('ends at the limit of the emit when that is earlier', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 1_000, maxWaiting: 5 }),
    });
    hooks.hook('tick', () => new Promise(() => undefined));
    hooks.emit('tick', 1);
    const late = hooks.emit('tick', 2, { timeoutMs: 30 });
    await vi.advanceTimersByTimeAsync(30);
    expect(await late.settled).toMatchObject({ reason: 'wait-expired' });
  });

  test('refuses at once when the waiting places are taken', () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 100, maxWaiting: 1 }),
    });
    hooks.hook('tick', () => new Promise(() => undefined));
    const answers = [1, 2, 3].map((n) => hooks.emit('tick', n).status);
    expect(answers).toEqual(['admitted', 'waiting', 'refused']);
  });

  test('lets nobody of its own lane overtake', async () => {
    const { handler, seen, open } = gate();
    const hooks = createHooks<Events & { wide: number }>({
      workers: 1,
      queueSize: 2,
      overload: waitForRoom({ maxWaitMs: 100, maxWaiting: 5 }),
    });
    hooks.hook('tick', handler);
    for (let i = 0; i < 3; i++) hooks.hook('wide', (n) => seen.push(n));
    hooks.emit('tick', 1);
    expect(hooks.emit('wide', 2).status).toBe('waiting');
    // There would be room for this small one.
    expect(hooks.emit('tick', 3).status).toBe('waiting');
    open();
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 2, 2, 3]);
  });

  test('of 100,000 emits moves on without a walk along the line', async () => {
    const count = 100_000;
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: count }),
    });
    let calls = 0;
    hooks.hook('tick', () => calls++);
    for (let n = 0; n <= count; n++) hooks.emit('tick', n);
    expect(metricsOf(hooks).waitingEmits).toBe(count);
    const idle = hooks.onIdle();
    await vi.advanceTimersByTimeAsync(1_000);
    await idle;
    expect(calls).toBe(count + 1);
  });

  test.each([
    ['fixed', [80, 80, 80, 80]],
    ['linear', [80, 60, 40, 20]],
    ['exponential', [80, 20, 5, 1.25]],
  ] as const)('has a bound that depends on the crowd: %s', (bound, expected) => {
    expect([0, 0.25, 0.5, 0.75].map((crowd) => waitBoundMs[bound](80, crowd))).toEqual(expected);
  });

  test('sends the late ones of a crowd away first when the bound is linear', async () => {
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 100, bound: 'linear', maxWaiting: 4 }),
    });
    hooks.hook('tick', () => new Promise(() => undefined));
    hooks.emit('tick', 0);
    const ends: number[] = [];
    for (let n = 1; n <= 4; n++) void hooks.emit('tick', n).settled.then(() => ends.push(n));
    await vi.advanceTimersByTimeAsync(25);
    expect(ends).toEqual([4]);
    await vi.advanceTimersByTimeAsync(75);
    expect(ends).toEqual([4, 3, 2, 1]);
  });
});
