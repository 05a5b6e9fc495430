import { describe, expect, test, vi } from 'vitest';
import { createHooks, type DeadLetter, HookLimitError, HooksClosedError } from './index.ts';

interface Events {
  saved: number;
  deleted: number;
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
    expect(hooks.metrics()).toMatchObject({ admitted: 6, processed: 4, abandoned: 2 });
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
    const { hooks: left, waiting, running, strays } = hooks.metrics();
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
