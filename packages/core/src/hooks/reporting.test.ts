import { afterEach, describe, expect, test, vi } from 'vitest';
import { buffer, createHooks, type DeadLetter, type EmitResult, metricsOf } from './index.ts';

interface Events {
  paid: number;
}

const never = (): Promise<never> => new Promise(() => undefined);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => void vi.useRealTimers());

describe('observers', () => {
  test('that put a shed emit back leave the event loop its turns', async () => {
    let letters = 0;
    const hooks = createHooks<Events>({
      workers: 1,
      queueSize: 2,
      maxChainLength: Infinity,
      overload: buffer({ size: 1, whenFull: 'drop-oldest' }),
      onDeadLetter: ({ data }) => {
        letters++;
        hooks.emit('paid', data);
      },
    });
    hooks.hook('paid', never);
    for (let n = 0; n < 5; n++) hooks.emit('paid', n);
    const after: number[] = [];
    for (let i = 0; i < 3; i++) {
      await turn();
      after.push(letters);
    }
    expect(letters).toBeGreaterThan(0);
    expect(Math.max(...after.map((count, i) => count - (after[i - 1] ?? 0)))).toBeLessThanOrEqual(
      2 * 4_096,
    );
    hooks.clear();
    await hooks.close({ timeoutMs: 0 });
  });

  test('are told in the turns of the event loop, however many tasks end at once', async () => {
    const count = 20_000;
    let told = 0;
    const hooks = createHooks<Events>({ queueSize: count, onDeadLetter: () => told++ });
    const handle = hooks.hook('paid', never);
    for (let n = 0; n < count; n++) hooks.emit('paid', n, { key: 'k' });
    await turn();
    handle.unregister();
    await Promise.resolve();
    await Promise.resolve();
    expect(hooks.counters().abandoned).toBe(count - 1);
    expect(told).toBeLessThan(count / 2);
    await hooks.close({ timeoutMs: 0 });
    expect(told).toBe(count);
  });

  test('that emit have their emit run without another one to wake the pool', async () => {
    const seen: number[] = [];
    const hooks = createHooks<Events>({
      onDeadLetter: ({ data }) => void hooks.emit('paid', data + 1),
    });
    hooks.hook('paid', (n) => {
      seen.push(n);
      if (n < 3) throw new Error('again');
    });
    hooks.emit('paid', 1);
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3]);
  });

  test('are refused like anybody else while the hooks close, and are told of no refusal', async () => {
    const results: EmitResult[] = [];
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      onDeadLetter: (letter) => {
        letters.push(letter);
        results.push(hooks.emit('paid', letter.data));
      },
    });
    hooks.hook('paid', () => Promise.reject(new Error('no')));
    hooks.emit('paid', 1);
    const { clean } = await hooks.close();
    expect(results).toMatchObject([{ status: 'refused', reason: 'closed' }]);
    expect(letters).toHaveLength(1);
    expect(clean).toBe(true);
  });

  test('have been told of everything when close() is over', async () => {
    let letters = 0;
    const hooks = createHooks<Events>({ queueSize: 10_000, onDeadLetter: () => letters++ });
    hooks.hook('paid', never);
    for (let n = 0; n < 10_000; n++) hooks.emit('paid', n);
    await turn();
    const { abandoned } = await hooks.close({ timeoutMs: 0 });
    expect(abandoned).toHaveLength(10_000);
    expect(letters).toBe(10_000);
  });

  test('of a capture that throws are counted, and the emit goes on without its context', async () => {
    const hooks = createHooks<Events>({
      captureContext: () => {
        throw new Error('no context');
      },
    });
    const handler = vi.fn<(n: number) => void>();
    hooks.hook('paid', handler);
    expect(hooks.emit('paid', 1).admitted).toBe(true);
    await hooks.onIdle();
    expect(handler).toHaveBeenCalledExactlyOnceWith(1);
    expect(metricsOf(hooks).observerFailures).toBe(1);
  });
});

describe('a pass that breaks off', () => {
  test('is counted, and the pool takes up what is left', async () => {
    const hooks = createHooks<Events>();
    const seen: number[] = [];
    hooks.hook('paid', (n) => {
      seen.push(n);
      // As a patched clock may do: the pool asks for the time after each handler.
      if (n === 1) {
        vi.spyOn(performance, 'now').mockImplementationOnce(() => {
          throw new Error('broken clock');
        });
      }
    });
    for (const n of [1, 2, 3]) hooks.emit('paid', n);
    await turn();
    await turn();
    await hooks.onIdle();
    expect(seen).toEqual([1, 2, 3]);
    expect(metricsOf(hooks)).toMatchObject({ poolFailures: 1, waiting: 0 });
    hooks.emit('paid', 4);
    await turn();
    expect(seen).toEqual([1, 2, 3, 4]);
    vi.restoreAllMocks();
  });
});
