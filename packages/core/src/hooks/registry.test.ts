import { describe, expect, test, vi } from 'vitest';
import {
  createHooks,
  type DeadLetter,
  HookLimitError,
  HooksClosedError,
  metricsOf,
  waitForRoom,
} from './index.ts';

interface Events {
  saved: number;
  deleted: number;
}

/** Lets the pool go on until it waits: also past a turn that it takes on a slow machine. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

describe('a hook', () => {
  test('is gone once unregistered, which can be done once', async () => {
    const hooks = createHooks<Events>();
    const handler = vi.fn<() => void>();
    const handle = hooks.hook('saved', handler, { name: 'indexer' });
    expect(handle).toMatchObject({ event: 'saved', name: 'indexer', active: true });
    expect(handle.unregister()).toBe(true);
    expect(handle.active).toBe(false);
    expect(handle.unregister()).toBe(false);
    hooks.emit('saved', 1);
    await hooks.onIdle();
    expect(handler).not.toHaveBeenCalled();
  });

  test('can be registered twice with one handler, as two hooks', async () => {
    const hooks = createHooks<Events>();
    const handler = vi.fn<() => void>();
    hooks.hook('saved', handler);
    const second = hooks.hook('saved', handler);
    second.unregister();
    hooks.emit('saved', 1);
    await hooks.onIdle();
    expect(handler).toHaveBeenCalledTimes(1);
  });

  test('is unregistered at the end of a using block', () => {
    const hooks = createHooks<Events>();
    {
      using handle = hooks.hook('saved', () => undefined);
      expect(handle.active).toBe(true);
      expect(hooks.registry.count('saved')).toBe(1);
    }
    expect(hooks.registry.count('saved')).toBe(0);
  });

  test('is unregistered when its signal aborts, also when that was before', () => {
    const hooks = createHooks<Events>();
    const controller = new AbortController();
    const handle = hooks.hook('saved', () => undefined, { signal: controller.signal });
    controller.abort();
    expect(handle.active).toBe(false);
    const late = hooks.hook('saved', () => undefined, { signal: controller.signal });
    expect(late.active).toBe(false);
    expect(hooks.registry.count()).toBe(0);
  });

  test('leaves nothing on a long-lived signal when it is unregistered by hand', () => {
    const hooks = createHooks<Events>();
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    hooks.hook('saved', () => undefined, { signal }).unregister();
    expect(add.mock.calls[0]?.[1]).toBe(remove.mock.calls[0]?.[1]);
  });
});

describe('unregistering during a dispatch', () => {
  test('keeps the handler from being called by emits that wait, and reports each task', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({ onDeadLetter: (letter) => letters.push(letter) });
    const calls: string[] = [];
    hooks.hook('saved', () => {
      calls.push('first');
      second.unregister();
    });
    const second = hooks.hook('saved', () => calls.push('second'), { name: 'second' });
    hooks.hook('saved', () => calls.push('third'));
    hooks.emit('saved', 1);
    hooks.emit('saved', 2);
    await hooks.onIdle();
    expect(calls).toEqual(['first', 'third', 'first', 'third']);
    expect(letters.map(({ hook, data, reason }) => [hook, data, reason])).toEqual([
      ['second', 1, 'unregistered'],
      ['second', 2, 'unregistered'],
    ]);
    expect(metricsOf(hooks)).toMatchObject({ admitted: 6, processed: 4, abandoned: 2 });
  });

  test('of itself lets the call under way finish', async () => {
    const hooks = createHooks<Events>();
    let ended = 0;
    const handle = hooks.hook('saved', async () => {
      handle.unregister();
      await Promise.resolve();
      ended++;
    });
    hooks.emit('saved', 1);
    hooks.emit('saved', 2);
    await hooks.onIdle();
    expect(ended).toBe(1);
  });

  test('registering during a dispatch counts from the next emit', async () => {
    const hooks = createHooks<Events>();
    const late = vi.fn<() => void>();
    hooks.hook('saved', (n) => {
      if (n === 1) hooks.hook('saved', late);
    });
    hooks.emit('saved', 1);
    await hooks.onIdle();
    expect(late).not.toHaveBeenCalled();
    hooks.emit('saved', 2);
    await hooks.onIdle();
    expect(late).toHaveBeenCalledTimes(1);
  });
});

describe('limits', () => {
  test('bound the hooks of one event', () => {
    const hooks = createHooks<Events>();
    for (let i = 0; i < 100; i++) hooks.hook('saved', () => undefined);
    expect(() => hooks.hook('saved', () => undefined)).toThrow(HookLimitError);
    expect(() => hooks.hook('saved', () => undefined)).toThrow(/maxHooksPerEvent/);
    expect(hooks.hook('deleted', () => undefined).active).toBe(true);
  });

  test('bound the hooks in all, and give way when one is unregistered', () => {
    const hooks = createHooks<Record<string, number>>();
    const handles = Array.from({ length: 10_000 }, (_, i) =>
      hooks.hook(`event-${i % 200}`, () => undefined),
    );
    const refuse = (): unknown => hooks.hook('another', () => undefined);
    expect(refuse).toThrow(expect.objectContaining({ code: 'HOOK_LIMIT', scope: 'total' }));
    handles[0]?.unregister();
    expect(refuse).not.toThrow();
  });

  test('10,000 registrations and removals leave nothing behind', async () => {
    const hooks = createHooks<Record<string, number>>();
    const { signal } = new AbortController();
    for (let i = 0; i < 10_000; i++) {
      const handle = hooks.hook(`event-${i}`, async () => undefined, { signal });
      hooks.emit(`event-${i}`, i, { key: i });
      if (i % 5 === 0) await hooks.onIdle();
      handle.unregister();
    }
    await hooks.onIdle();
    expect(hooks.registry.count()).toBe(0);
    const { hooks: left, waiting, running, strays } = metricsOf(hooks);
    expect({ left, waiting, running, strays }).toEqual({
      left: 0,
      waiting: 0,
      running: 0,
      strays: 0,
    });
  });

  test('a removed handler and its data can be collected', async () => {
    const gc = await exposedGc();
    const hooks = createHooks<Record<string, object>>();
    const refs: WeakRef<object>[] = [];
    await (async () => {
      for (let i = 0; i < 100; i++) {
        const handler = async (): Promise<number> => i;
        const data = {};
        refs.push(new WeakRef(handler), new WeakRef(data));
        const handle = hooks.hook('saved', handler);
        hooks.emit('saved', data, { key: data });
        await hooks.onIdle();
        handle.unregister();
      }
    })();
    await new Promise(setImmediate);
    gc();
    const alive = refs.filter((ref) => ref.deref() !== undefined).length;
    expect(alive).toBe(0);
  });
});

describe('what cannot work', () => {
  test('is said at the registration: more hooks than the pool has places for one emit', () => {
    const hooks = createHooks<Events>({ workers: 2, queueSize: 1 });
    for (let i = 0; i < 3; i++) hooks.hook('saved', () => undefined);
    const fourth = (): unknown => hooks.hook('saved', () => undefined);
    expect(fourth).toThrow(expect.objectContaining({ code: 'HOOK_LIMIT', scope: 'capacity' }));
    expect(fourth).toThrow(/"saved": .* \(3\).* Raise queueSize/);
    expect(hooks.emit('saved', 1).admitted).toBe(true);
    hooks.resize({ queueSize: 2 });
    expect(fourth).not.toThrow();
  });

  test('counts places that other lanes have reserved', () => {
    const hooks = createHooks<Events, 'vip' | 'normal'>({
      workers: 3,
      queueSize: 0,
      lanes: [{ name: 'vip', reservedWorkers: 2 }, { name: 'normal' }],
    });
    hooks.hook('saved', () => undefined);
    expect(() => hooks.hook('saved', () => undefined)).toThrow(HookLimitError);
    expect(() => hooks.hook('saved', () => undefined, { lane: 'vip' })).not.toThrow();
  });

  test.each([31, 100])('does not happen to %d hooks with all options left out', async (count) => {
    const hooks = createHooks<Events>();
    let calls = 0;
    for (let i = 0; i < count; i++) hooks.hook('saved', () => calls++);
    expect(hooks.emit('saved', 1).admitted).toBe(true);
    await hooks.onIdle();
    expect(calls).toBe(count);
  });
});

describe('clear', () => {
  test('unregisters the hooks of one event, or all, and says how many', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({ onDeadLetter: (letter) => letters.push(letter) });
    const handles = [1, 2].map(() => hooks.hook('saved', () => undefined));
    hooks.hook('deleted', () => undefined);
    hooks.emit('saved', 1);
    expect(hooks.clear('saved')).toBe(2);
    expect(handles.map(({ active }) => active)).toEqual([false, false]);
    expect(hooks.clear('saved')).toBe(0);
    await hooks.onIdle();
    expect(letters).toMatchObject([{ reason: 'unregistered' }, { reason: 'unregistered' }]);
    expect(hooks.clear()).toBe(1);
    expect(hooks.registry.count()).toBe(0);
  });
});

describe('a hook that leaves', () => {
  test.each([
    ['of emits without more', {}],
    ['of emits with a limit', { timeoutMs: 60_000 }],
    ['of emits with a key', { key: 'k' }],
  ])('gives back the places %s, also while every worker is busy', async (_kind, options) => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 3,
      onDeadLetter: (letter) => letters.push(letter),
    });
    const seen: number[] = [];
    hooks.hook('deleted', () => new Promise(() => undefined));
    const leaves = hooks.hook('saved', () => undefined, { name: 'leaves' });
    hooks.emit('deleted', 0);
    await settled();
    for (const n of [1, 2, 3]) hooks.emit('saved', n, options);
    hooks.hook('saved', (n) => seen.push(n));
    leaves.unregister();
    await settled();
    expect(letters.map(({ data, reason }) => [data, reason])).toEqual(
      [1, 2, 3].map((n) => [n, 'unregistered']),
    );
    expect(hooks.counters()).toMatchObject({ waiting: 0, abandoned: 3 });
    expect(hooks.emit('saved', 4, options).admitted).toBe(true);
  });

  test('leaves the tasks of other hooks of the same emits where they were', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 20 });
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    hooks.hook('deleted', () => promise);
    hooks.hook('saved', (n) => seen.push(`a${n}`));
    const leaves = hooks.hook('saved', (n) => seen.push(`b${n}`));
    hooks.hook('saved', (n) => seen.push(`c${n}`));
    hooks.emit('deleted', 0);
    await settled();
    for (const n of [1, 2]) hooks.emit('saved', n);
    leaves.unregister();
    hooks.emit('saved', 3);
    resolve();
    await hooks.onIdle();
    expect(seen).toEqual(['a1', 'c1', 'a2', 'c2', 'a3', 'c3']);
  });

  test('is not called for emits that waited for room', async () => {
    const hooks = createHooks<Events>({
      workers: 2,
      queueSize: 0,
      overload: waitForRoom({ maxWaitMs: 60_000, maxWaiting: 5 }),
    });
    const seen: string[] = [];
    const open: (() => void)[] = [];
    hooks.hook('deleted', () => new Promise<void>((resolve) => open.push(resolve)));
    const leaves = hooks.hook('saved', () => seen.push('leaves'));
    hooks.hook('saved', () => seen.push('stays'));
    for (const n of [1, 2]) hooks.emit('deleted', n);
    await settled();
    const waiting = hooks.emit('saved', 1);
    leaves.unregister();
    for (const end of open) end();
    expect(await waiting.settled).toMatchObject({ status: 'admitted' });
    await hooks.onIdle();
    expect(seen).toEqual(['stays']);
    expect(hooks.counters()).toMatchObject({ admitted: 3, processed: 3 });
  });
});

describe('the registry', () => {
  test('can register and nothing else: a service can hand it out', () => {
    const hooks = createHooks<Events>();
    expect(Object.keys(hooks.registry).toSorted()).toEqual(['count', 'hook']);
    expect(Object.isFrozen(hooks.registry)).toBe(true);
    hooks.registry.hook('saved', () => undefined);
    expect(hooks.registry.count('saved')).toBe(1);
  });

  test('refuses registrations after close', async () => {
    const hooks = createHooks<Events>();
    await hooks.close();
    expect(() => hooks.registry.hook('saved', () => undefined)).toThrow(HooksClosedError);
  });
});

async function exposedGc(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return () => void (typeof gc === 'function' && gc());
}
