import { describe, expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { createHooks, type HooksOptions, metricsOf, waitForRoom } from './index.ts';

interface Events {
  readonly work: number;
}

/** A pool whose handlers take ten milliseconds, and what runs in it. */
function openPool(options: HooksOptions<Events>) {
  const hooks = createHooks<Events>(options);
  const running = { now: 0, most: 0, done: 0 };
  hooks.hook('work', async () => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running.now -= 1;
    running.done += 1;
  });
  return { hooks, running };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const inVirtualTime = (body: () => Promise<void>): Promise<unknown> =>
  simulate({ seed: 1, start: 0 }, body);

describe('a pool that is resized', () => {
  test('never runs more than its workers, and loses nothing', () =>
    inVirtualTime(async () => {
      const { hooks, running } = openPool({ workers: 2, queueSize: 100 });
      for (let i = 0; i < 90; i += 1) hooks.emit('work', i);
      for (const workers of [2, 5, 1, 7]) {
        hooks.resize({ workers });
        // Whoever is under way may end first.
        await wait(11);
        running.most = 0;
        await wait(50);
        expect(running.most).toBe(workers);
      }
      await hooks.onIdle();
      expect(running.done).toBe(90);
    }));

  test('starts what waits as soon as it has grown', () =>
    inVirtualTime(async () => {
      const { hooks, running } = openPool({ workers: 1, queueSize: 10 });
      for (let i = 0; i < 5; i += 1) hooks.emit('work', i);
      await wait(1);
      expect(running.now).toBe(1);
      hooks.resize({ workers: 4 });
      await wait(0);
      expect(running.now).toBe(4);
      await hooks.onIdle();
    }));

  test('lets emits in that waited for room', () =>
    inVirtualTime(async () => {
      const overload = waitForRoom({ maxWaitMs: 1_000 });
      const { hooks, running } = openPool({ workers: 1, queueSize: 0, overload });
      hooks.emit('work', 1);
      const waiting = hooks.emit('work', 2);
      expect(waiting.status).toBe('waiting');
      hooks.resize({ queueSize: 1 });
      expect(await waiting.settled).toMatchObject({ status: 'admitted' });
      await hooks.onIdle();
      expect(running.done).toBe(2);
    }));

  test('drops nothing with a shorter queue, and refuses until there is room again', () =>
    inVirtualTime(async () => {
      const { hooks, running } = openPool({ workers: 1, queueSize: 5 });
      for (let i = 0; i < 6; i += 1) hooks.emit('work', i);
      hooks.resize({ queueSize: 1 });
      expect(metricsOf(hooks)).toMatchObject({ workers: 1, capacity: 2, depth: 6 });
      expect(hooks.emit('work', 6)).toMatchObject({ reason: 'queue-full' });
      await wait(55);
      expect(hooks.emit('work', 7).admitted).toBe(true);
      await hooks.onIdle();
      expect(running.done).toBe(7);
      expect(hooks.counters()).toMatchObject({ admitted: 7, processed: 7, shed: 0, rejected: 1 });
    }));

  test('refuses who waits for more room than there will ever be, and lets the next one in', () =>
    inVirtualTime(async () => {
      const hooks = createHooks<{ big: number; small: number }>({
        workers: 4,
        queueSize: 0,
        overload: waitForRoom({ maxWaitMs: 30_000, maxWaiting: 5 }),
      });
      for (let i = 0; i < 4; i += 1) hooks.hook('big', () => undefined);
      hooks.hook('small', () => wait(10));
      hooks.emit('small', 0);
      const big = hooks.emit('big', 1);
      const small = hooks.emit('small', 2);
      expect([big.status, small.status]).toEqual(['waiting', 'waiting']);
      hooks.resize({ workers: 2 });
      expect(await big.settled).toMatchObject({ status: 'refused', reason: 'exceeds-capacity' });
      expect(await small.settled).toMatchObject({ status: 'admitted' });
      await hooks.onIdle();
      expect(hooks.counters()).toMatchObject({ admitted: 2, processed: 2, rejected: 4 });
    }));

  test('is told what is wrong with a size', () => {
    const hooks = createHooks<Events>({
      workers: 4,
      queueSize: 8,
      lanes: [{ name: 'vip', reservedWorkers: 2 }, { name: 'normal' }],
    });
    expect(() => hooks.resize({ workers: 0 })).toThrow('option workers: 0');
    expect(() => hooks.resize({ queueSize: -1 })).toThrow('option queueSize: -1');
    expect(() => hooks.resize({ workers: 2 })).toThrow('2 of 2 workers are reserved');
    expect(metricsOf(hooks)).toMatchObject({ workers: 4, capacity: 12 });
  });
});
