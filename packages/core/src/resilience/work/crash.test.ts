import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../simulation/index.ts';
import { sleep } from '../sleep.ts';
import { createMemoryWorkStore } from './memory-work-store.ts';
import { openWork } from './open-work.ts';
import type { WorkOptions } from './work-options.ts';
import type { WorkStore } from './work-store.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: '2026-11-27T14:00:00Z' }, body)).value;

const options: Omit<WorkOptions<null>, 'store' | 'perform'> = {
  attemptTimeoutMs: 500,
  maxAttempts: 4,
  backoff: { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'none' },
};
const forever = { timeoutMs: Infinity };
const nothing = { timeoutMs: 0 };

describe('what was promised', () => {
  test('is taken up by the next process: what waited, what ran, and what was given up', async () => {
    await inVirtualTime(async () => {
      const store = createMemoryWorkStore<null>();
      const crash = new AbortController();
      const started: string[] = [];
      const first = await openWork<null>({
        ...options,
        store,
        maxAttempts: 2,
        concurrency: 2,
        signal: crash.signal,
        perform: ({ id }) => {
          started.push(id);
          if (id === 'doomed') throw new Error('no');
          return new Promise(() => {});
        },
      });
      await first.submit({ id: 'doomed', key: 'd', payload: null });
      await sleep(200);
      for (const id of ['hanging', 'running', 'waiting']) {
        await first.submit({ id, key: 'k', payload: null });
      }
      await sleep(250);
      crash.abort();
      await sleep(10_000);
      expect(started).toEqual(['doomed', 'doomed', 'hanging', 'running']);
      await expect(first.submit({ id: 'late', key: 'k', payload: null })).rejects.toMatchObject({
        code: 'WORK_CLOSED',
      });

      const done: string[] = [];
      const next = await openWork<null>({
        ...options,
        store,
        perform: ({ id }) => void done.push(id),
      });
      expect(next.report()).toMatchObject({ dead: 1 });
      await next.drain(forever);
      expect(done).toEqual(['hanging', 'running', 'waiting']);
      expect(next.metrics()).toMatchObject({ resumed: 3, submitted: 0, done: 3 });
    });
  });

  test('keeps its attempts and its time of rest from one process to the next', async () => {
    await inVirtualTime(async () => {
      const store = createMemoryWorkStore<null>();
      const starts: number[] = [];
      const fail = (): never => {
        starts.push(Math.round(performance.now()));
        throw Object.assign(new Error('down'), starts.length === 1 ? { retryAfterMs: 5_000 } : {});
      };
      const first = await openWork<null>({ ...options, store, maxAttempts: 2, perform: fail });
      await first.submit({ id: 'a', key: 'k', payload: null });
      await sleep(1_000);
      await first.close(nothing);
      const next = await openWork<null>({ ...options, store, maxAttempts: 2, perform: fail });
      expect(await next.drain(forever)).toMatchObject({ dead: 1 });
      expect(starts).toEqual([0, 5_000]);
    });
  });

  test('is reported and stays when the time to drain is over', async () => {
    const { timersLeft } = await simulate({ seed: 1, start: 0 }, async () => {
      const store = createMemoryWorkStore<null>();
      const reasons: unknown[] = [];
      const work = await openWork<null>({
        ...options,
        store,
        attemptTimeoutMs: 60_000,
        perform: ({ id }, { signal }) => {
          if (id === 'quick') return sleep(100);
          signal.addEventListener('abort', () => reasons.push(signal.reason));
          return sleep(30_000, signal);
        },
      });
      await work.submit({ id: 'quick', key: 'a', payload: null });
      await work.submit({ id: 'slow', key: 'b', payload: null });
      const report = await work.drain({ timeoutMs: 1_000 });
      expect(report).toEqual({ waiting: 0, running: 1, dead: 0, oldestPromisedAtMs: 0 });
      await work.submit({ id: 'more', key: 'b', payload: null });
      const closing = work.close({ timeoutMs: 1_000 });
      await expect(work.submit({ id: 'x', key: 'b', payload: null })).rejects.toMatchObject({
        code: 'WORK_CLOSED',
      });
      expect(await closing).toMatchObject({ waiting: 0, running: 2 });
      expect(await work.close(forever)).toBe(await closing);
      expect(performance.now()).toBe(2_000);
      expect(reasons).toMatchObject([{ code: 'WORK_CLOSED' }, { code: 'WORK_CLOSED' }]);
      expect((await store.load()).map(({ id, attempts }) => [id, attempts])).toEqual([
        ['slow', 0],
        ['more', 0],
      ]);
      const controller = new AbortController();
      controller.abort();
      expect(await work.drain({ timeoutMs: 5, signal: controller.signal })).toMatchObject({
        running: 2,
      });
    });
    expect(timersLeft).toBe(0);
  });

  test('is not done again because the store could not be told at once', async () => {
    await inVirtualTime(async () => {
      const kept = createMemoryWorkStore<null>();
      let failures = 3;
      const store: WorkStore<null> = {
        ...kept,
        remove: async (id) => {
          failures -= 1;
          if (failures >= 0) throw new Error('disk full');
          await kept.remove(id);
        },
      };
      const done: string[] = [];
      const work = await openWork<null>({
        ...options,
        store,
        perform: ({ id }) => void done.push(id),
      });
      await work.submit({ id: 'a', key: 'k', payload: null });
      await work.drain(forever);
      expect([done, await kept.load()]).toEqual([['a'], []]);
      expect(work.metrics()).toMatchObject({ storeFailures: 3, done: 1 });
    });
  });

  test('is taken in hand when the first answer of the store was lost', async () => {
    await inVirtualTime(async () => {
      const kept = createMemoryWorkStore<null>();
      let isLost = true;
      const store: WorkStore<null> = {
        ...kept,
        add: async (item) => {
          const answer = await kept.add(item);
          if (isLost) throw new Error('no answer');
          return answer;
        },
      };
      const done: string[] = [];
      const work = await openWork<null>({
        ...options,
        store,
        perform: ({ id }) => void done.push(id),
      });
      const item = { id: 'a', key: 'k', payload: null };
      await expect(work.submit(item)).rejects.toThrow('no answer');
      isLost = false;
      expect(await work.submit(item)).toBe('known');
      await work.drain(forever);
      expect(done).toEqual(['a']);
    });
  });

  test('is done or a dead letter in the end, whenever processes crash, and nothing is made up', async () => {
    const submission = fc.record({
      afterMs: fc.nat(300),
      key: fc.constantFrom('a', 'b', 'c'),
      /** How often it fails, or hangs, before it succeeds. */
      troubles: fc.array(fc.constantFrom('fails', 'hangs'), { maxLength: 5 }),
    });
    const plan = fc.record({
      submissions: fc.array(submission, { maxLength: 15 }),
      livesMs: fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 6 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      concurrencyPerKey: fc.constantFrom(1, 2, Infinity),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ submissions, livesMs, ...limits }) => {
        await inVirtualTime(async () => {
          const store = createMemoryWorkStore<null>();
          const promised = new Set<string>();
          const effects = new Set<string>();
          const tried = new Map<string, number>();
          const open = (signal: AbortSignal) =>
            openWork<null>({
              ...options,
              ...limits,
              store,
              signal,
              perform: async ({ id }) => {
                const times = tried.get(id) ?? 0;
                tried.set(id, times + 1);
                await sleep(20);
                const trouble = submissions[Number(id)]?.troubles[times];
                if (trouble === 'fails') throw new Error('down');
                if (trouble === 'hangs') await new Promise(() => {});
                effects.add(id);
              },
            });
          let crash = new AbortController();
          let work = await open(crash.signal);
          const clients = (async () => {
            for (const [number, { afterMs, key }] of submissions.entries()) {
              await sleep(afterMs);
              const id = String(number);
              await work.submit({ id, key, payload: null }).then(
                () => promised.add(id),
                () => {},
              );
            }
          })();
          for (const lifeMs of livesMs) {
            await sleep(lifeMs);
            crash.abort();
            crash = new AbortController();
            work = await open(crash.signal);
          }
          await clients;
          const report = await work.drain(forever);
          expect(report).toMatchObject({ waiting: 0, running: 0 });
          const dead = new Set(work.deadLetters().map(({ id }) => id));
          for (const id of promised)
            expect([id, effects.has(id) || dead.has(id)]).toEqual([id, true]);
          for (const id of [...effects, ...dead]) expect(promised).toContain(id);
          expect((await store.load()).map(({ id }) => id).toSorted()).toEqual([...dead].toSorted());
          const { submitted, resumed, done, died } = work.metrics();
          expect(done + died).toBe(submitted + resumed);
        });
      }),
      { numRuns: 200 },
    );
  });
});
