/* oxlint-disable unicorn/no-thenable -- handlers may return thenables of any kind */
import { describe, expect, test, vi } from 'vitest';
import { createHooks, type DeadLetter, metricsOf } from './index.ts';

interface Events {
  paid: number;
}

describe('a handler that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('boom');
      },
    ],
    [
      'returns a thenable that rejects',
      () => ({ then: (_: unknown, no: (e: unknown) => void) => no(new Error('boom')) }),
    ],
    [
      'returns an object whose then throws when read',
      () => ({
        get then(): never {
          throw new Error('boom');
        },
      }),
    ],
  ] as const)(
    'because it %s is counted and reported, and touches nothing else',
    async (_how, handler) => {
      const errors: unknown[] = [];
      const letters: DeadLetter[] = [];
      const hooks = createHooks<Events>({
        onError: (error, report) => errors.push([error, report.hook]),
        onDeadLetter: (letter) => letters.push(letter),
      });
      const healthy = vi.fn<() => void>();
      hooks.hook('paid', healthy);
      hooks.hook('paid', handler, { name: 'broken' });
      hooks.hook('paid', healthy);
      expect(hooks.emit('paid', 5).admitted).toBe(true);
      await hooks.onIdle();
      expect(healthy).toHaveBeenCalledTimes(2);
      expect(errors).toEqual([[new Error('boom'), 'broken']]);
      expect(letters).toEqual([
        {
          event: 'paid',
          data: 5,
          hook: 'broken',
          lane: 'default',
          key: undefined,
          reason: 'failed',
          started: true,
          error: new Error('boom'),
        },
      ]);
      expect(metricsOf(hooks)).toMatchObject({ processed: 2, failed: 1, observerFailures: 0 });
    },
  );

  test('without observers is only counted', async () => {
    const hooks = createHooks<Events>();
    hooks.hook('paid', async () => Promise.reject(new Error('boom')));
    hooks.emit('paid', 1);
    await hooks.onIdle();
    expect(metricsOf(hooks).failed).toBe(1);
  });

  test('keeps its worker no longer than one that succeeds', async () => {
    const hooks = createHooks<Events>({ workers: 1, queueSize: 500 });
    hooks.hook('paid', async (n) => (n % 2 === 0 ? n : Promise.reject(new Error('odd'))));
    for (let i = 0; i < 500; i++) hooks.emit('paid', i);
    await hooks.onIdle();
    expect(metricsOf(hooks)).toMatchObject({ processed: 250, failed: 250, busyWorkers: 0 });
  });
});

describe('an observer that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('observer');
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer'))],
  ] as const)('because it %s is counted and touches nothing else', async (_how, observer) => {
    const hooks = createHooks<Events>({ onError: observer, onDeadLetter: observer });
    const healthy = vi.fn<() => void>();
    hooks.hook('paid', async () => Promise.reject(new Error('async')));
    hooks.hook('paid', () => {
      throw new Error('sync');
    });
    hooks.hook('paid', healthy);
    hooks.emit('paid', 1);
    await hooks.onIdle();
    await new Promise(setImmediate);
    expect(healthy).toHaveBeenCalledTimes(1);
    expect(metricsOf(hooks)).toMatchObject({ failed: 2, processed: 1, observerFailures: 4 });
  });
});

describe('a thenable', () => {
  test('of any kind is awaited', async () => {
    const hooks = createHooks<Events>();
    const resolvers: (() => void)[] = [];
    hooks.hook('paid', () => ({ then: (yes: () => void) => void resolvers.push(yes) }));
    hooks.emit('paid', 1);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    expect(resolvers).toHaveLength(1);
    expect(metricsOf(hooks).running).toBe(1);
    resolvers[0]?.();
    await hooks.onIdle();
    expect(metricsOf(hooks).processed).toBe(1);
  });

  test('that settles more than once is counted once', async () => {
    const hooks = createHooks<Events>({ workers: 1 });
    hooks.hook('paid', () => ({
      then: (yes: () => void, no: (error: unknown) => void) => {
        yes();
        no(new Error('again'));
        yes();
      },
    }));
    hooks.emit('paid', 1);
    hooks.emit('paid', 2);
    await hooks.onIdle();
    expect(metricsOf(hooks)).toMatchObject({ processed: 2, failed: 0, busyWorkers: 0 });
  });

  class Instrumented extends Promise<void> {
    static override get [Symbol.species](): PromiseConstructor {
      throw new Error('instrumented class');
    }
  }

  test.each<[string, () => unknown, string]>([
    [
      'with a then of its own that throws fails its task',
      () =>
        Object.assign(Promise.resolve(), {
          then: () => {
            throw new Error('instrumented');
          },
        }),
      'failed',
    ],
    [
      'with a then of its own that calls back twice, and at once, is counted once',
      () =>
        Object.assign(Promise.resolve(), {
          then: (yes: () => void) => {
            yes();
            yes();
          },
        }),
      'processed',
    ],
    [
      'with a then of its own that calls back and throws is counted once',
      () =>
        Object.assign(Promise.resolve(), {
          then: (yes: () => void) => {
            yes();
            throw new Error('too late');
          },
        }),
      'processed',
    ],
    [
      'of a class that cannot be derived from fails its task or succeeds, and no more',
      () => new Instrumented((resolve) => resolve()),
      'failed',
    ],
  ])('%s, and the pool goes on', async (_how, handler, outcome) => {
    const hooks = createHooks<Events & { other: number }>({ workers: 3, maxStrays: 3 });
    hooks.hook('paid', handler);
    const other = vi.fn<() => Promise<void>>(async () => undefined);
    hooks.hook('other', other);
    hooks.emit('paid', 1);
    for (let i = 0; i < 10; i++) hooks.emit('other', i);
    await hooks.onIdle();
    const expected = { processed: 10, failed: 0 };
    if (outcome === 'failed') expected.failed++;
    else expected.processed++;
    expect(other).toHaveBeenCalledTimes(10);
    expect(metricsOf(hooks)).toMatchObject({
      ...expected,
      running: 0,
      busyWorkers: 0,
      strays: 0,
      poolFailures: 0,
    });
  });

  test('that an observer returns, and that throws, is counted', async () => {
    const broken = Object.assign(Promise.resolve(), {
      then: () => {
        throw new Error('instrumented');
      },
    });
    const hooks = createHooks<Events>({ onError: () => broken, onDeadLetter: () => broken });
    hooks.hook('paid', () => Promise.reject(new Error('boom')));
    hooks.emit('paid', 1);
    await hooks.onIdle();
    await new Promise(setImmediate);
    expect(metricsOf(hooks)).toMatchObject({ failed: 1, observerFailures: 2 });
  });
});
