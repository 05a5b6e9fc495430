import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { type CaptureContext, createHooks } from '../hooks/index.ts';
import { captureStores } from './index.ts';

interface Events {
  seen: number;
}

const requests = new AsyncLocalStorage<string>();
const tenants = new AsyncLocalStorage<string>();

/** What a handler sees, before and after its first await, of an emit within two stores. */
async function observe(captureContext?: CaptureContext): Promise<(string | undefined)[][]> {
  const seen: (string | undefined)[][] = [];
  const hooks = createHooks<Events>({ workers: 1, ...(captureContext && { captureContext }) });
  const record = (): void => void seen.push([requests.getStore(), tenants.getStore()]);
  hooks.hook('seen', async () => {
    record();
    await new Promise(setImmediate);
    record();
  });
  for (const id of [1, 2]) {
    requests.run(`request ${id}`, () => tenants.run(`tenant ${id}`, () => hooks.emit('seen', id)));
  }
  hooks.emit('seen', 3);
  await hooks.onIdle();
  return seen;
}

const both = [1, 1, 2, 2].map((id) => [`request ${id}`, `tenant ${id}`]);
const none = [undefined, undefined];

describe('the asynchronous context of a handler', () => {
  test('is that of its emit with AsyncLocalStorage.snapshot', async () => {
    expect(await observe(() => AsyncLocalStorage.snapshot())).toEqual([...both, none, none]);
  });

  test('is that of its emit, for the stores named, with captureStores', async () => {
    expect(await observe(captureStores(requests, tenants))).toEqual([...both, none, none]);
    const requestsOnly = both.map(([request]) => [request, undefined]);
    expect(await observe(captureStores(requests))).toEqual([...requestsOnly, none, none]);
  });

  test('is that of the creation of the hooks otherwise, never that of another emit', async () => {
    expect(await observe()).toEqual(Array.from({ length: 6 }, () => none));
    const created = await requests.run('boot', () => observe());
    expect(created).toEqual(Array.from({ length: 6 }, () => ['boot', undefined]));
  });

  test('stays that of its creation when the pool goes on after a turn of the event loop', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 20_000 });
    const seen = new Set<string | undefined>();
    hooks.hook('seen', () => seen.add(requests.getStore()));
    requests.run('burst', () => {
      for (let i = 0; i < 10_000; i++) hooks.emit('seen', i);
    });
    await hooks.onIdle();
    expect([...seen]).toEqual([undefined]);
  });

  test('costs no closure where no store is set', () => {
    expect(captureStores(requests)()).toBeUndefined();
  });
});
