import { describe, expect, test } from 'vitest';
import {
  assertAdmitted,
  buffer,
  createHooks,
  EmitRefusedError,
  metricsOf,
  waitForRoom,
} from './index.ts';

interface Events {
  ordered: number;
  closed: void;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('emit', () => {
  test('answers before any handler is called', async () => {
    const hooks = createHooks<Events>();
    const seen: number[] = [];
    hooks.hook('ordered', (amount) => seen.push(amount));

    expect(hooks.emit('ordered', 7)).toMatchObject({ admitted: true, status: 'admitted' });
    expect(seen).toEqual([]);

    await hooks.onIdle();
    expect(seen).toEqual([7]);
  });

  test('calls every handler of the event, in order of registration, and no other', async () => {
    const hooks = createHooks<Events>();
    const calls: string[] = [];
    hooks.hook('ordered', () => calls.push('first'));
    hooks.hook('ordered', () => calls.push('second'));
    hooks.hook('closed', () => calls.push('other'));

    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(calls).toEqual(['first', 'second']);
  });

  test('of an event without hooks is admitted and comes to nothing', () => {
    const hooks = createHooks<Events>();
    expect(hooks.emit('closed').admitted).toBe(true);
    expect(metricsOf(hooks).admitted).toBe(0);
  });

  test('gives the same result object each time, so that emitting allocates nothing', () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 1 });
    hooks.hook('ordered', never);
    const admitted = hooks.emit('ordered', 1);
    expect(hooks.emit('ordered', 2)).toBe(admitted);
    const full = hooks.emit('ordered', 3);
    expect(full.admitted).toBe(false);
    expect(hooks.emit('ordered', 4)).toBe(full);
  });

  test('runs no more handlers at once than there are workers', async () => {
    const hooks = createHooks<Events>({ workers: 3, queueSize: 100 });
    let running = 0;
    let most = 0;
    hooks.hook('ordered', async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      await Promise.resolve();
      running--;
    });
    for (let i = 0; i < 50; i++) hooks.emit('ordered', i);
    await hooks.onIdle();
    expect(most).toBe(3);
    expect(metricsOf(hooks).processed).toBe(50);
  });

  test('runs a backlog far above the budget of a turn while all workers are busy', async () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 50_000 });
    let runs = 0;
    hooks.hook('ordered', async () => {
      await Promise.resolve();
      runs++;
    });
    for (let i = 0; i < 20_000; i++) expect(hooks.emit('ordered', i).admitted).toBe(true);
    await hooks.onIdle();
    expect(runs).toBe(20_000);
  });

  test('resumes when the budget runs out just as every worker becomes busy', async () => {
    const hooks = createHooks<Events>({ workers: 4, queueSize: 50_000 });
    const settle: (() => void)[] = [];
    let calls = 0;
    // 4,094 handlers are over at once, and the next ones occupy all workers over the budget's end.
    hooks.hook('ordered', () => {
      if (++calls <= 4094) return undefined;
      return new Promise<void>((resolve) => settle.push(resolve));
    });
    for (let i = 0; i < 10_000; i++) hooks.emit('ordered', i);
    const idle = hooks.onIdle();
    while (metricsOf(hooks).processed < 10_000) {
      for (const resolve of settle.splice(0)) resolve();
      await new Promise(setImmediate);
    }
    await idle;
    expect(calls).toBe(10_000);
  });

  test('lets timers and I/O run while a long backlog drains', async () => {
    const hooks = createHooks<Events>({ workers: 10, queueSize: 100_000 });
    hooks.hook('ordered', async () => undefined);
    for (let i = 0; i < 40_000; i++) hooks.emit('ordered', i);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(metricsOf(hooks).waiting).toBeGreaterThan(0);
    await hooks.onIdle();
  });

  test('from a handler is admitted like any other', async () => {
    const hooks = createHooks<Events>();
    const seen: number[] = [];
    hooks.hook('ordered', (amount) => {
      seen.push(amount);
      if (amount < 5) hooks.emit('ordered', amount + 1);
    });
    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('admission', () => {
  test('fills the workers and the queue, and refuses the next emit as queue-full', () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 3 });
    hooks.hook('ordered', never);
    const answers = Array.from({ length: 6 }, (_, i) => hooks.emit('ordered', i).status);
    expect(answers).toEqual([...Array.from({ length: 5 }, () => 'admitted'), 'refused']);
    expect(hooks.emit('ordered', 9)).toMatchObject({ admitted: false, reason: 'queue-full' });
  });

  test('holds the same number of tasks whether or not the pool has begun to run them', async () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 3 });
    hooks.hook('ordered', never);
    for (let i = 0; i < 3; i++) hooks.emit('ordered', i);
    // On a busy machine the pool rests for a turn after its first handler.
    while (metricsOf(hooks).running < 2) await new Promise(setImmediate);
    expect(metricsOf(hooks)).toMatchObject({ running: 2, waiting: 1, depth: 1, capacity: 5 });
    expect(hooks.emit('ordered', 4).admitted).toBe(true);
    expect(hooks.emit('ordered', 5).admitted).toBe(true);
    expect(hooks.emit('ordered', 6).admitted).toBe(false);
  });

  test('of an emit is all or nothing: a refused emit runs none of its handlers', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 3 });
    const calls: string[] = [];
    hooks.hook('ordered', (n) => calls.push(`a${n}`));
    hooks.hook('ordered', (n) => calls.push(`b${n}`));
    hooks.hook('ordered', (n) => calls.push(`c${n}`));

    expect(hooks.emit('ordered', 1).admitted).toBe(true);
    expect(hooks.emit('ordered', 2)).toMatchObject({ admitted: false, reason: 'queue-full' });
    await hooks.onIdle();
    expect(calls).toEqual(['a1', 'b1', 'c1']);
    expect(metricsOf(hooks)).toMatchObject({ admitted: 3, rejected: 3, processed: 3 });
  });

  test('says so when an event has more hooks than a pool that has shrunk can ever hold', () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 2 });
    for (let i = 0; i < 3; i++) hooks.hook('ordered', () => undefined);
    hooks.resize({ queueSize: 1 });
    expect(hooks.emit('ordered', 1)).toMatchObject({ reason: 'exceeds-capacity' });
  });

  test('can be turned into an exception', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 0 });
    hooks.hook('ordered', never);
    const first = hooks.emit('ordered', 1);
    assertAdmitted(first);
    expect(await first.settled).toBe(first);

    const second = hooks.emit('ordered', 2);
    expect(() => assertAdmitted(second)).toThrow(EmitRefusedError);
    expect(() => assertAdmitted(second)).toThrow(/Failed to emit: the queue is full\./);
    expect(await second.settled).toBe(second);
  });
});

describe('options', () => {
  test.each([
    [{ workers: 0 }, /option workers: 0/],
    [{ workers: 1.5 }, /option workers: 1\.5/],
    [{ queueSize: -1 }, /option queueSize: -1/],
    [{ timeoutMs: 0 }, /option timeoutMs: 0/],
    [{ timeoutMs: Number.NaN }, /option timeoutMs: NaN/],
    [{ maxStrays: -1 }, /option maxStrays: -1/],
    [{ closeTimeoutMs: -1 }, /option closeTimeoutMs: -1/],
    [{ maxHooks: 0 }, /option maxHooks: 0/],
    [{ lanes: [] }, /option lanes/],
    [{ lanes: [{ name: 'a' }, { name: 'a' }] }, /option lanes/],
    [{ workers: 2, lanes: [{ name: 'a', reservedWorkers: 2 }, { name: 'b' }] }, /2 of 2 workers/],
    [{ lanes: [{ name: 'a' }], defaultLane: 'b' }, /option defaultLane: "b"/],
  ])('that make no sense are refused at once by name and value: %j', (options, message) => {
    expect(() => createHooks(options)).toThrow(RangeError);
    expect(() => createHooks(options)).toThrow(message);
  });

  test.each<[string, () => unknown, RegExp]>([
    // @ts-expect-error mistyped
    ['createHooks', () => createHooks({ worker: 5 }), /option worker: .* workers, queueSize/],
    ['size', () => buffer({ size: 0, whenFull: 'reject' }), /option size: 0/],
    ['maxWaitMs', () => waitForRoom({ maxWaitMs: -5 }), /option maxWaitMs: -5/],
    ['maxWaiting', () => waitForRoom({ maxWaitMs: 5, maxWaiting: 0 }), /option maxWaiting: 0/],
    // @ts-expect-error unknown
    ['whenFull', () => buffer({ size: 1, whenFull: 'wait' }), /option whenFull: "wait" is unknown/],
    // @ts-expect-error belongs to waitForRoom
    ['buffer', () => buffer({ size: 1, whenFull: 'reject', maxWaitMs: 5 }), /option maxWaitMs/],
    [
      'wait',
      // @ts-expect-error belongs to buffer
      () => waitForRoom({ maxWaitMs: 5, size: 5 }),
      /option size/,
    ],
    // @ts-expect-error mistyped
    ['a lane', () => createHooks({ lanes: [{ name: 'a', reserved: 1 }] }), /option reserved/],
    // @ts-expect-error mistyped
    ['hook', () => createHooks().hook('a', () => 0, { timeout: 1 }), /option timeout: hook has/],
    // @ts-expect-error mistyped
    ['emit', () => createHooks<Events>().emit('ordered', 1, { keys: 1 }), /option keys: emit has/],
    // @ts-expect-error mistyped
    ['resize', () => createHooks().resize({ worker: 1 }), /option worker: resize has/],
    // @ts-expect-error mistyped
    ['close', () => createHooks().close({ timeout: 1 }), /option timeout: close has/],
  ])('that do not exist are refused by name: %s', (_of, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test.each<[string, () => unknown, RegExp]>([
    // @ts-expect-error not a function
    ['onError', () => createHooks({ onError: 'log' }), /option onError: "log" is not a function/],
    // @ts-expect-error not a strategy
    ['overload', () => createHooks({ overload: 'wait' }), /option overload: wait is no strategy/],
    // @ts-expect-error not an object
    ['options', () => createHooks(5), /options of createHooks: 5 is no object/],
    // @ts-expect-error not an object
    ['emit', () => createHooks<Events>().emit('ordered', 1, 'vip'), /options of emit: "vip"/],
    // @ts-expect-error not a signal
    ['signal', () => createHooks().hook('a', () => 0, { signal: {} }), /option signal/],
    // @ts-expect-error not a context
    ['cause', () => createHooks<Events>().emit('ordered', 1, { cause: 'x' }), /option cause: "x"/],
    // @ts-expect-error not a name
    ['event', () => createHooks().hook(undefined, () => 0), /event is undefined/],
    // @ts-expect-error not a string
    ['name', () => createHooks().hook('a', () => 0, { name: 7 }), /option name: 7/],
    // @ts-expect-error not a number
    ['timeoutMs', () => createHooks({ timeoutMs: '5' }), /option timeoutMs: "5"/],
  ])('of a wrong type are refused by name and value: %s', (_of, call, message) => {
    expect(call).toThrow(message);
  });

  test('of an emit are refused also when nobody listens', () => {
    const hooks = createHooks<Events>();
    expect(() => hooks.emit('ordered', 1, { lane: 'vip' })).toThrow(/"vip" is not a lane/);
    expect(() => hooks.emit('ordered', 1, { timeoutMs: Number.NaN })).toThrow(/timeoutMs: NaN/);
  });

  test('of a drain are refused through its promise', async () => {
    const hooks = createHooks<Events>();
    await expect(hooks.drain({ timeoutMs: -1 })).rejects.toThrow(/timeoutMs: -1/);
    // @ts-expect-error mistyped
    await expect(hooks.drain({ timeout: 1 })).rejects.toThrow(/option timeout: drain has/);
    expect(hooks.emit('ordered', 1).admitted).toBe(true);
  });

  test('of an emit and of a hook are checked as well', () => {
    const hooks = createHooks<Events>();
    expect(() => hooks.hook('ordered', () => undefined, { lane: 'vip' })).toThrow(/"vip"/);
    expect(() => hooks.hook('ordered', () => undefined, { timeoutMs: -1 })).toThrow(RangeError);
    // @ts-expect-error not a function
    expect(() => hooks.hook('ordered', 7)).toThrow(TypeError);
    hooks.hook('ordered', () => undefined);
    expect(() => hooks.emit('ordered', 1, { lane: 'vip' })).toThrow(RangeError);
    expect(() => hooks.emit('ordered', 1, { timeoutMs: Number.NaN })).toThrow(RangeError);
    expect(metricsOf(hooks).admitted).toBe(0);
  });
});
