import { describe, expect, test } from 'vitest';
import { simulate } from '../../simulation/index.ts';
import { createBreakers } from '../breakers/breakers.ts';
import { sleep } from '../sleep.ts';
import { createMemoryWorkStore } from './memory-work-store.ts';
import { openWork } from './open-work.ts';
import type { WorkOptions } from './work-options.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: '2026-11-27T14:00:00Z' }, body)).value;

/** Work for receivers that are down until they are named, with a dead letter of each of these. */
async function given(ids: readonly string[], change: Partial<WorkOptions<null>> = {}) {
  const up = new Set<string>();
  const got: string[] = [];
  const store = createMemoryWorkStore<null>();
  const work = await openWork<null>({
    store,
    attemptTimeoutMs: 5_000,
    maxAttempts: 1,
    backoff: { initialMs: 1_000, maxMs: 8_000, factor: 2, jitter: 'none' },
    perform: async ({ id, key }) => {
      await sleep(10);
      if (!up.has(key)) throw new Error(`${key} is down`);
      got.push(id);
    },
    ...change,
  });
  const submit = (id: string) => work.submit({ id, key: id.split('-')[0] ?? id, payload: null });
  for (const id of ids) await submit(id);
  await work.drain({ timeoutMs: Infinity });
  return { work, store, up, got, submit };
}

describe('dead letters', () => {
  test('are tried once each on request; what fails again stays, with one more attempt', async () => {
    await inVirtualTime(async () => {
      const { work, store, up, got } = await given(['a-1', 'b-1', 'a-2']);
      up.add('a');
      expect(await work.replay({ concurrency: 3 })).toEqual({
        replayed: 2,
        failed: 1,
        remaining: 1,
      });
      expect(got).toEqual(['a-1', 'a-2']);
      expect(work.deadLetters()).toMatchObject([{ id: 'b-1', attempts: 2 }]);
      expect(await store.load()).toEqual(work.deadLetters());
      expect(work.metrics()).toMatchObject({ replayed: 2, died: 3, attempts: 6 });
    });
  });

  test('follow when other work of their key gets through', async () => {
    await inVirtualTime(async () => {
      const { work, up, got, submit } = await given(['a-1', 'a-2', 'b-1']);
      up.add('a');
      await submit('a-3');
      await sleep(1_000);
      expect(got).toEqual(['a-3', 'a-1', 'a-2']);
      expect(work.report()).toMatchObject({ dead: 1 });
    });
  });

  test('are tried by themselves, one of each key, until the receiver is back', async () => {
    await inVirtualTime(async () => {
      const { work, up, got } = await given(['a-1', 'a-2', 'a-3', 'b-1'], {
        replay: { everyMs: 10_000, ratePerSecond: 1 },
      });
      await sleep(25_000);
      expect(work.deadLetters().map(({ id, attempts }) => [id, attempts])).toEqual([
        ['a-1', 3],
        ['a-2', 1],
        ['a-3', 1],
        ['b-1', 3],
      ]);
      up.add('a').add('b');
      await sleep(11_000);
      expect(got.toSorted()).toEqual(['a-1', 'a-2', 'a-3', 'b-1']);
      expect(work.report()).toMatchObject({ dead: 0 });
    });
  });

  test('hold no timer once there are none', async () => {
    const { timersLeft } = await simulate({ seed: 1, start: 0 }, async () => {
      const { work, up } = await given(['a-1'], { replay: { everyMs: 1_000 } });
      up.add('a');
      await sleep(3_000);
      expect(work.report()).toMatchObject({ dead: 0 });
    });
    expect(timersLeft).toBe(0);
  });

  test('that are final wait for somebody who knows better', async () => {
    await inVirtualTime(async () => {
      const { work, up, got, submit } = await given(['a-1', 'a-2'], {
        isFinal: () => true,
        replay: { everyMs: 1_000 },
      });
      up.add('a');
      await submit('a-3');
      work.receiverIsBack('a');
      await sleep(60_000);
      expect(got).toEqual(['a-3']);
      await work.replay({ filter: ({ item }) => item.id === 'a-2' });
      expect(got).toEqual(['a-3', 'a-2']);
      expect(work.report()).toMatchObject({ dead: 1 });
    });
  });

  test('are replayed when a breaker closes', async () => {
    await inVirtualTime(async () => {
      const breakers = createBreakers({
        failureThreshold: { consecutive: 2 },
        halfOpenAfterMs: 10_000,
        onChange: ({ key, to }) => {
          if (to === 'closed') back.push(key);
        },
      });
      const back: string[] = [];
      const { work, up, got } = await given(['a-1', 'a-2'], {
        policyOf: ({ key }) => breakers.policy(key),
      });
      expect(breakers.state('a')).toBe('open');
      up.add('a');
      expect(await work.replay()).toMatchObject({ failed: 2 });
      expect(work.deadLetters()).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
      await sleep(10_000);
      await breakers.execute('a', () => 'something else');
      for (const key of back) work.receiverIsBack(key);
      await sleep(1_000);
      expect(got).toEqual(['a-1', 'a-2']);
    });
  });
});
