import { sleep } from '@firedrill/core/resilience';
import { simulate } from '@firedrill/core/simulation';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from './freshness.ts';
import { MemoryLevel, type SharedLevel } from './shared-level.ts';
import { TwoLevelCache, type TwoLevelCacheOptions } from './two-level-cache.ts';

const options = {
  freshMs: 1000,
  absentMs: 200,
  maxAgeMs: 5000,
  jitter: 0,
  loadEveryMs: 0,
  maxEntries: 100,
};

function setUp(changed: Partial<TwoLevelCacheOptions<string>> = {}) {
  const clock = { nowMs: 0 };
  const loads: string[] = [];
  const troubles: string[] = [];
  const origin = new Map([['k', 'one']]);
  const cache = new TwoLevelCache<string>({
    ...options,
    shared: new MemoryLevel<string>(),
    load: (key) => {
      loads.push(key);
      return Promise.resolve(origin.get(key));
    },
    now: () => clock.nowMs,
    random: () => 0.5,
    onTrouble: (part) => troubles.push(part),
    ...changed,
  });
  return { clock, loads, troubles, origin, cache };
}

const down = () => Promise.reject(new Error('connection refused'));

const deferred = () => Promise.withResolvers<string | undefined>();
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('the two-level cache', () => {
  it('answers from the process, from the shared level, or from the origin', async () => {
    const shared = new MemoryLevel<string>();
    const first = setUp({ shared });
    const second = setUp({ shared });
    expect(await first.cache.get('k')).toMatchObject({ value: 'one', source: 'origin' });
    expect(await first.cache.get('k')).toMatchObject({ source: 'process' });
    expect(await second.cache.get('k')).toMatchObject({ value: 'one', source: 'shared' });
    expect(second.loads).toEqual([]);
  });

  it('loads a key once, however many ask for it at a time', async () => {
    const { cache, loads } = setUp();
    await Promise.all(Array.from({ length: 50 }, () => cache.get('k')));
    expect(loads).toEqual(['k']);
  });

  it('serves a stale value at once and fetches the new one behind it', async () => {
    const { cache, clock, origin, loads } = setUp();
    await cache.get('k');
    origin.set('k', 'two');
    clock.nowMs = 1500;
    expect(await cache.get('k')).toMatchObject({ value: 'one', source: 'stale' });
    await settle();
    expect(await cache.get('k')).toMatchObject({ value: 'two', source: 'process' });
    expect(loads).toHaveLength(2);
  });

  it('never serves a value older than its promise', async () => {
    const { cache, clock, origin } = setUp();
    await cache.get('k');
    origin.set('k', 'two');
    clock.nowMs = 5000;
    expect(await cache.get('k')).toMatchObject({ value: 'two', source: 'origin' });
  });

  it('asks an origin that fails once in a while, however many come', async () => {
    const loads: number[] = [];
    const clock = { nowMs: 0 };
    const load = () => {
      loads.push(clock.nowMs);
      return down();
    };
    const { cache } = setUp({ load, now: () => clock.nowMs, loadEveryMs: 100 });
    for (; clock.nowMs < 250; clock.nowMs += 10) {
      await expect(cache.get('k')).rejects.toThrow('connection refused');
    }
    expect(loads).toEqual([0, 100, 200]);
  });

  it('loads once in a while, however often it is invalidated, and one at a time', () =>
    simulate({ seed: 1, start: 0 }, async () => {
      const begun: number[] = [];
      let running = 0;
      let most = 0;
      const startMs = Date.now();
      const { cache } = setUp({
        loadEveryMs: 350,
        now: () => Date.now(),
        async load() {
          begun.push(Date.now() - startMs);
          most = Math.max(most, (running += 1));
          await sleep(60);
          running -= 1;
          return 'one';
        },
      });
      const reads: Promise<unknown>[] = [];
      for (let at = 0; at < 1_000; at += 40) {
        reads.push(cache.get('k'));
        await sleep(20);
        await cache.invalidate('k');
        await sleep(20);
      }
      await Promise.all(reads);
      expect(most).toBe(1);
      expect(begun.slice(0, 4)).toEqual([0, 350, 700, 1_050]);
    }));

  it('serves what it has while the origin is down, up to its promise, and then fails', async () => {
    let isDown = false;
    const { cache, clock, troubles } = setUp({
      load: () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve('one')),
    });
    await cache.get('k');
    isDown = true;
    clock.nowMs = 4999;
    expect(await cache.get('k')).toMatchObject({ value: 'one', source: 'stale' });
    await settle();
    clock.nowMs = 5000;
    await expect(cache.get('k')).rejects.toThrow('down');
    expect(troubles).toEqual(['origin', 'origin']);
  });

  it('remembers for a shorter while that there is nothing', async () => {
    const { cache, clock, loads, origin } = setUp();
    expect(await cache.get('none')).toMatchObject({ value: undefined, source: 'origin' });
    expect(await cache.get('none')).toMatchObject({ value: undefined, source: 'process' });
    origin.set('none', 'born');
    await cache.invalidate('none');
    expect(await cache.get('none')).toMatchObject({ value: 'born' });
    expect(loads).toHaveLength(2);
    clock.nowMs = 200;
    await cache.get('nothing');
    clock.nowMs = 401;
    expect(await cache.get('nothing')).toMatchObject({ source: 'stale' });
  });

  it('spreads by chance when things expire that were loaded together', async () => {
    let draw = 0;
    const { cache, clock } = setUp({ jitter: 0.5, random: () => (draw += 0.25) });
    await cache.warmUp(['a', 'b', 'c']);
    clock.nowMs = 199;
    const { value } = await cache.get('a');
    expect(value).toBeUndefined();
    const sources = [];
    clock.nowMs = 160;
    for (const key of ['a', 'b', 'c']) sources.push((await cache.get(key)).source);
    expect(sources).toEqual(['process', 'stale', 'stale']);
  });

  it('keeps nothing of a load that an invalidation has overtaken', async () => {
    const slow = deferred();
    const values = [slow.promise, Promise.resolve('new')];
    const { cache } = setUp({ load: () => values.shift() ?? Promise.resolve('newer') });
    const before = cache.get('k');
    await settle();
    await cache.invalidate('k');
    const after = cache.get('k');
    slow.resolve('old');
    expect((await after).value).toBe('new');
    await before;
    expect((await cache.get('k')).value).not.toBe('old');
  });

  it('loads again when another process has invalidated meanwhile, and was not heard yet', async () => {
    const shared = new MemoryLevel<string>();
    const slow = deferred();
    const values = [slow.promise, Promise.resolve('new')];
    const { cache } = setUp({ shared, load: () => values.shift() ?? Promise.resolve('newer') });
    const read = cache.get('k');
    await settle();
    await shared.invalidate('k');
    slow.resolve('old');
    expect((await read).value).toBe('new');
  });

  it('goes on without the shared level, still one load at a time', async () => {
    const shared: SharedLevel<string> = { get: down, put: down, invalidate: down };
    const { cache, loads, troubles } = setUp({ shared });
    await Promise.all([cache.get('k'), cache.get('k')]);
    expect((await cache.get('k')).source).toBe('process');
    expect(loads).toEqual(['k']);
    expect(troubles).toEqual(['shared']);
    await expect(cache.invalidate('k')).rejects.toThrow('connection refused');
    expect((await cache.get('k')).source).toBe('origin');
  });

  it('takes an answer of the shared level that belongs to another key for a miss', async () => {
    const wrong: Entry<string> = {
      key: 'of-another',
      value: 'secret',
      loadedMs: 0,
      freshUntilMs: 1e9,
      usableUntilMs: 1e9,
    };
    const shared: SharedLevel<string> = {
      get: () => Promise.resolve({ entry: wrong, epoch: 0 }),
      put: () => Promise.resolve(true),
      invalidate: () => Promise.resolve(),
    };
    expect((await setUp({ shared }).cache.get('k')).value).toBe('one');
  });

  it('drops what was not used for longest', async () => {
    const { cache, loads } = setUp({ maxEntries: 2, shared: forgetful() });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
  });

  it.each([
    [{ maxAgeMs: 10 }, 'maxAgeMs is 10'],
    [{ jitter: 1 }, 'jitter is 1'],
    [{ freshMs: 0 }, 'freshMs is 0'],
    [{ maxEntries: 0 }, 'maxEntries is 0'],
    [{ loadEveryMs: -1 }, 'loadEveryMs is -1'],
  ])('names an option that does not fit: %o', (wrong, message) => {
    expect(() => setUp(wrong)).toThrow(message);
  });

  it('no read that begins after an invalidation is older than it, in whatever order things happen', async () => {
    const steps = fc.array(fc.constantFrom('read', 'read', 'write'), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(steps, { minLength: 2, maxLength: 2 }),
        async (scheduler, plans) => {
          const memory = new MemoryLevel<string>();
          const shared: SharedLevel<string> = {
            get: scheduler.scheduleFunction((key: string) => memory.get(key)),
            put: scheduler.scheduleFunction((entry: Entry<string>, epoch: number) =>
              memory.put(entry, epoch),
            ),
            invalidate: scheduler.scheduleFunction((key: string) => memory.invalidate(key)),
          };
          let version = 1;
          let promised = 1;
          // The origin is read at the start of a load and answers later: the widest race there is.
          const load = () => scheduler.schedule(Promise.resolve(String(version)));
          const caches = plans.map(
            () => new TwoLevelCache({ ...options, shared, load, now: () => 0, random: () => 0 }),
          );
          const late: string[] = [];
          const reads: Promise<void>[] = [];
          const read = async (cache: TwoLevelCache<string>) => {
            const least = promised;
            const { value } = await cache.get('k');
            if (Number(value) < least) late.push(`${value} after ${least}`);
          };
          const write = async (cache: TwoLevelCache<string>) => {
            version += 1;
            const written = version;
            await cache.invalidate('k');
            for (const other of caches) other.onInvalidated('k');
            promised = Math.max(promised, written);
          };
          const act = async (cache: TwoLevelCache<string>, plan: readonly string[]) => {
            for (const step of plan) {
              await scheduler.schedule(Promise.resolve());
              if (step === 'read') reads.push(read(cache));
              else await write(cache);
            }
          };
          const acts = caches.map((cache, index) => act(cache, plans[index] ?? []));
          await scheduler.waitFor(Promise.all(acts));
          await scheduler.waitFor(Promise.all(reads));
          expect(late).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A shared level that keeps nothing. */
function forgetful(): SharedLevel<string> {
  return {
    get: () => Promise.resolve({ entry: undefined, epoch: 0 }),
    put: () => Promise.resolve(true),
    invalidate: () => Promise.resolve(),
  };
}
