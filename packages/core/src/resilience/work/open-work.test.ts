import { describe, expect, test } from 'vitest';
import { type Simulation, simulate } from '../../simulation/index.ts';
import { createBreakers } from '../breakers/breakers.ts';
import { sleep } from '../sleep.ts';
import { createMemoryWorkStore } from './memory-work-store.ts';
import { openWork } from './open-work.ts';
import type { Work } from './work.ts';
import type { WorkOptions } from './work-options.ts';

type Payload = { readonly cents: number };

const inVirtualTime = async <T>(body: (sim: Simulation) => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: '2026-11-27T14:00:00Z' }, body)).value;

const backoff = { initialMs: 1_000, maxMs: 8_000, factor: 2, jitter: 'none' } as const;

/** A receiver that is up or down, and notes what it got when. */
function createReceiver() {
  const got: [id: string, atMs: number][] = [];
  let isUp = true;
  return {
    got,
    ids: () => got.map(([id]) => id),
    setUp(value: boolean) {
      isUp = value;
    },
    receive: async ({ id }: { readonly id: string }): Promise<void> => {
      await sleep(10);
      if (!isUp) throw new Error('down');
      got.push([id, performance.now()]);
    },
  };
}

const given = (change: Partial<WorkOptions<Payload>> & Pick<WorkOptions<Payload>, 'perform'>) =>
  openWork<Payload>({
    store: createMemoryWorkStore(),
    attemptTimeoutMs: 5_000,
    maxAttempts: 3,
    backoff,
    ...change,
  });

const submit = (work: Work<Payload>, id: string, key = 'm1') =>
  work.submit({ id, key, payload: { cents: 100 } });
const forever = { timeoutMs: Infinity };

describe('work that must get done', () => {
  test('is kept, done and forgotten', async () => {
    await inVirtualTime(async () => {
      const store = createMemoryWorkStore<Payload>();
      const receiver = createReceiver();
      const work = await given({ store, perform: receiver.receive });
      expect(await submit(work, 'a')).toBe('added');
      expect(await store.load()).toMatchObject([{ id: 'a', key: 'm1', attempts: 0 }]);
      expect(await work.drain(forever)).toMatchObject({ waiting: 0, running: 0, dead: 0 });
      expect(receiver.ids()).toEqual(['a']);
      expect(await store.load()).toEqual([]);
      expect(work.metrics()).toMatchObject({ submitted: 1, done: 1, attempts: 1, failures: 0 });
    });
  });

  test('is tried again after a back-off, or when the failure says, until it succeeds', async () => {
    await inVirtualTime(async () => {
      const starts: number[] = [];
      const errors = [new Error('down'), Object.assign(new Error('busy'), { retryAfterMs: 7_000 })];
      const work = await given({
        perform: (_, { attempt }) => {
          starts.push(Math.round(performance.now()));
          const error = errors[attempt - 1];
          if (error !== undefined) throw error;
        },
      });
      await submit(work, 'a');
      await work.drain(forever);
      expect(starts).toEqual([0, 1_000, 8_000]);
      expect(work.metrics()).toMatchObject({ done: 1, attempts: 3, failures: 2 });
    });
  });

  test('has a limit for each attempt, which aborts its signal', async () => {
    await inVirtualTime(async () => {
      const reasons: unknown[] = [];
      const work = await given({
        attemptTimeoutMs: 100,
        perform: (_, { signal, attempt }) => {
          signal.addEventListener('abort', () => reasons.push(signal.reason));
          return attempt === 1 ? new Promise(() => {}) : undefined;
        },
      });
      await submit(work, 'a');
      await work.drain(forever);
      expect(performance.now()).toBe(1_100);
      expect(reasons).toMatchObject([{ code: 'CALL_TIMEOUT' }]);
    });
  });

  test('is given up into dead letters: failed too often, too old, or refused for good', async () => {
    await inVirtualTime(async () => {
      const store = createMemoryWorkStore<Payload>();
      const dead: string[] = [];
      const work = await given({
        store,
        maxAgeMs: 2_500,
        perform: async ({ id }) => {
          throw Object.assign(new Error(id), id === 'slow' ? { retryAfterMs: 3_000 } : {});
        },
        isFinal: (error) => error instanceof Error && error.message === 'no',
        onDead: ({ id }) => void dead.push(id),
      });
      await submit(work, 'no');
      await submit(work, 'slow');
      const other = await given({
        store: createMemoryWorkStore(),
        perform: () => Promise.reject(7),
      });
      await submit(other, 'often');
      expect(await work.drain(forever)).toMatchObject({ waiting: 0, dead: 2 });
      await other.drain(forever);
      expect(dead).toEqual(['no', 'slow']);
      expect(work.deadLetters()).toMatchObject([
        { id: 'no', attempts: 1, death: { reason: 'final' }, lastError: 'Error: no' },
        { id: 'slow', attempts: 1, death: { reason: 'expired' } },
      ]);
      expect(other.deadLetters()).toMatchObject([
        { id: 'often', attempts: 3, death: { reason: 'attempts-exhausted' }, lastError: '7' },
      ]);
      expect(await store.load()).toEqual(work.deadLetters());
    });
  });

  test('is the same under the same id: once while it is kept, and a conflict when it differs', async () => {
    await inVirtualTime(async () => {
      const receiver = createReceiver();
      const work = await given({ perform: receiver.receive });
      const answers = await Promise.all([submit(work, 'a'), submit(work, 'a')]);
      expect(answers).toEqual(['added', 'known']);
      await expect(
        work.submit({ id: 'a', key: 'm1', payload: { cents: 7 } }),
      ).rejects.toMatchObject({ code: 'WORK_CONFLICT', id: 'a' });
      await expect(submit(work, 'a', 'm2')).rejects.toThrow('other work is kept under this id');
      await work.drain(forever);
      expect(receiver.ids()).toEqual(['a']);
    });
  });

  test('that is no plain data is refused, and nothing is promised', async () => {
    const work = await openWork<{ readonly at: unknown }>({
      store: createMemoryWorkStore(),
      perform: () => {},
      attemptTimeoutMs: 1,
      maxAttempts: 1,
      backoff,
    });
    for (const at of [new Date(), new Map(), () => {}, Number.NaN, 7n, [undefined]]) {
      await expect(work.submit({ id: 'a', key: 'k', payload: { at } })).rejects.toThrow(
        'payload must be plain data',
      );
    }
    expect(work.items()).toEqual([]);
  });

  test('keeps the order of one key with one at a time, and one key from holding up another', async () => {
    await inVirtualTime(async () => {
      const started: string[] = [];
      const work = await given({
        concurrency: 4,
        concurrencyPerKey: 1,
        perform: async ({ id, key }) => {
          started.push(id);
          await sleep(key === 'slow' ? 4_000 : 10);
        },
      });
      for (let n = 0; n < 3; n += 1) await submit(work, `slow-${n}`, 'slow');
      for (let n = 0; n < 3; n += 1) await submit(work, `quick-${n}`, 'quick');
      await sleep(100);
      expect(started).toEqual(['slow-0', 'quick-0', 'quick-1', 'quick-2']);
      await work.drain(forever);
      expect(started.slice(4)).toEqual(['slow-1', 'slow-2']);
    });
  });

  test('lets keys take turns: a long line of one holds up no other', async () => {
    await inVirtualTime(async () => {
      const started: string[] = [];
      const work = await given({
        concurrency: 1,
        perform: async ({ id }) => {
          started.push(id);
          await sleep(10);
        },
      });
      for (let n = 0; n < 1_000; n += 1) await submit(work, `hot-${n}`, 'hot');
      await submit(work, 'cool', 'cool');
      await work.drain(forever);
      expect(started.indexOf('cool')).toBeLessThan(5);
      expect(started.filter((id) => id !== 'cool')).toEqual(
        Array.from({ length: 1_000 }, (_, n) => `hot-${n}`),
      );
    });
  });

  test('spends no attempt on a breaker that is open: its key waits, one goes first, the rest follow', async () => {
    await inVirtualTime(async () => {
      const receiver = createReceiver();
      receiver.setUp(false);
      const breakers = createBreakers({
        failureThreshold: { consecutive: 2 },
        halfOpenAfterMs: 10_000,
      });
      const work = await given({
        concurrency: 8,
        maxAttempts: 2,
        perform: receiver.receive,
        policyOf: ({ key }) => breakers.policy(key),
      });
      await submit(work, 'first');
      await submit(work, 'second');
      await sleep(100);
      expect(breakers.state('m1')).toBe('open');
      for (let n = 0; n < 50; n += 1) await submit(work, `later-${n}`);
      receiver.setUp(true);
      await work.drain(forever);
      expect(receiver.got).toHaveLength(52);
      expect(work.report()).toMatchObject({ waiting: 0, dead: 0 });
      // All fifty were not tried one by one against the closed door.
      expect(work.metrics().refusals).toBeLessThan(20);
      expect(performance.now()).toBeLessThan(11_000);
    });
  });

  test('gets too old behind a breaker that stays open, all together when the breaker is asked', async () => {
    await inVirtualTime(async () => {
      const breakers = createBreakers({
        failureThreshold: { consecutive: 1 },
        halfOpenAfterMs: 10_000,
      });
      const work = await given({
        maxAgeMs: 15_000,
        maxAttempts: Infinity,
        perform: () => Promise.reject(new Error('down')),
        policyOf: ({ key }) => breakers.policy(key),
      });
      for (let n = 0; n < 100; n += 1) await submit(work, `w-${n}`);
      expect(await work.drain(forever)).toMatchObject({ waiting: 0, dead: 100 });
      expect(new Set(work.deadLetters().map(({ death }) => death?.reason))).toEqual(
        new Set(['expired']),
      );
      expect(performance.now()).toBeLessThanOrEqual(20_020);
    });
  });

  test('waits while a breaker is isolated', async () => {
    await inVirtualTime(async () => {
      const breakers = createBreakers({
        failureThreshold: { consecutive: 1 },
        halfOpenAfterMs: 10_000,
      });
      const receiver = createReceiver();
      const work = await given({
        perform: receiver.receive,
        policyOf: ({ key }) => breakers.policy(key),
      });
      const maintenance = breakers.isolate('m1');
      await submit(work, 'a');
      await sleep(3_600_000);
      expect(work.report()).toMatchObject({ waiting: 1, dead: 0 });
      maintenance.release();
      work.receiverIsBack('m1');
      await work.drain(forever);
      expect(receiver.got).toMatchObject([['a', 3_600_010]]);
    });
  });

  test('counts what its observers throw, and nothing else suffers', async () => {
    await inVirtualTime(async () => {
      const work = await given({
        maxAttempts: 1,
        perform: ({ id }) => (id === 'bad' ? Promise.reject(new Error('no')) : undefined),
        onDone: () => Promise.reject(new Error('broken')),
        onDead: () => {
          throw new Error('broken');
        },
        onFailure: () => Promise.reject(new Error('broken')),
      });
      await submit(work, 'good');
      await submit(work, 'bad', 'm2');
      await work.drain(forever);
      await sleep(1);
      expect(work.metrics()).toMatchObject({ observerFailures: 3, done: 1, died: 1 });
    });
  });

  test.each([
    [{ attemptTimeoutMs: 0 }, 'attemptTimeoutMs must be a number above 0, got 0'],
    [{ maxAttempts: 0 }, 'maxAttempts must be a whole number of at least 1, got 0'],
    [{ concurrency: 1.5 }, 'concurrency must be a whole number of at least 1, got 1.5'],
    [{ concurrencyPerKey: 0 }, 'concurrencyPerKey must be a whole number of at least 1, got 0'],
    [{ maxAgeMs: -1 }, 'maxAgeMs must be a number above 0, got -1'],
    [{ replay: { everyMs: 0 } }, 'replay.everyMs must be a number above 0, got 0'],
    [{ replay: { everyMs: 1, concurrency: 0 } }, 'replay.concurrency must be a whole number of at'],
  ])('refuses the option %o by name and value', async (change, message) => {
    await expect(given({ perform: () => {}, ...change })).rejects.toThrow(message);
  });
});
