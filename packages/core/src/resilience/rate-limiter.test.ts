import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const patient = { maxWaitMs: 60_000 };

/** Notes when each promise resolves, and to what. */
function watch(takes: readonly Promise<boolean>[]) {
  const settled: [take: number, granted: boolean, atMs: number][] = [];
  for (const [index, take] of takes.entries()) {
    void take.then((granted) => settled.push([index, granted, Date.now()]));
  }
  return settled;
}

test('a burst passes at once, then tokens come at the rate', () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 3 });
  const answers = [1, 2, 3, 4].map(() => limiter.tryTake('a').allowed);
  expect(answers).toEqual([true, true, true, false]);
  vi.advanceTimersByTime(99);
  expect(limiter.tryTake('a')).toEqual({ allowed: false, retryAfterMs: 1 });
  vi.advanceTimersByTime(1);
  expect(limiter.tryTake('a')).toEqual({ allowed: true });
});

test('a bucket never saves up more than its burst', () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 2 });
  limiter.tryTake('a', 2);
  vi.advanceTimersByTime(3_600_000);
  expect([1, 2, 3].map(() => limiter.tryTake('a').allowed)).toEqual([true, true, false]);
});

test('each key has its own bucket', () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 1 });
  expect(['a', 'a', 'b'].map((key) => limiter.tryTake(key).allowed)).toEqual([true, false, true]);
});

test('a refusal takes nothing', () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 5 });
  limiter.tryTake('a', 4);
  expect(limiter.tryTake('a', 2)).toEqual({ allowed: false, retryAfterMs: 100 });
  expect(limiter.tryTake('a', 1)).toEqual({ allowed: true });
});

test('those who wait are served first come, first served, at the rate', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 1 });
  const settled = watch([1, 2, 3, 4].map(() => limiter.take('a', patient)));
  await vi.runAllTimersAsync();
  expect(settled).toEqual([
    [0, true, 0],
    [1, true, 100],
    [2, true, 200],
    [3, true, 300],
  ]);
});

test('a small request does not overtake a large one that waits', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 5 });
  limiter.tryTake('a', 4);
  const settled = watch([limiter.take('a', { ...patient, tokens: 5 })]);
  expect(limiter.tryTake('a', 1)).toEqual({ allowed: false, retryAfterMs: 500 });
  await vi.runAllTimersAsync();
  expect(settled).toEqual([[0, true, 400]]);
});

test('a wait that cannot suffice is refused at once and takes nothing', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 1 });
  const settled = watch([
    limiter.take('a', patient),
    limiter.take('a', { maxWaitMs: 100 }),
    limiter.take('a', { maxWaitMs: 199 }),
    limiter.take('a', { maxWaitMs: 200 }),
  ]);
  await vi.runAllTimersAsync();
  expect(settled.toSorted(([a], [b]) => a - b)).toEqual([
    [0, true, 0],
    [1, true, 100],
    [2, false, 0],
    [3, true, 200],
  ]);
});

test('whoever leaves the line takes nothing, and those behind move up', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 1 });
  const controller = new AbortController();
  const { signal } = controller;
  limiter.tryTake('a');
  const settled = watch([
    limiter.take('a', { ...patient, signal }),
    limiter.take('a', { ...patient, signal }),
    limiter.take('a', patient),
  ]);
  await vi.advanceTimersByTimeAsync(50);
  controller.abort();
  await vi.runAllTimersAsync();
  expect(settled).toEqual([
    [0, false, 50],
    [1, false, 50],
    [2, true, 100],
  ]);
});

test('a line whose last waiter leaves holds no timer', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 1 });
  const controller = new AbortController();
  limiter.tryTake('a');
  expect(vi.getTimerCount()).toBe(0);
  const waiting = limiter.take('a', { ...patient, signal: controller.signal });
  expect(vi.getTimerCount()).toBe(1);
  controller.abort();
  expect(await waiting).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('an abort after the tokens were granted changes nothing', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 10, burst: 1 });
  const controller = new AbortController();
  limiter.tryTake('a');
  const settled = watch([
    limiter.take('a', { ...patient, signal: controller.signal }),
    limiter.take('a', patient),
  ]);
  await vi.advanceTimersByTimeAsync(150);
  controller.abort();
  expect(limiter.tryTake('a')).toEqual({ allowed: false, retryAfterMs: 150 });
  await vi.runAllTimersAsync();
  expect(settled).toEqual([
    [0, true, 100],
    [1, true, 200],
  ]);
});

test('an aborted signal takes nothing even when there are tokens', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 1 });
  expect(await limiter.take('a', { ...patient, signal: AbortSignal.abort() })).toBe(false);
  expect(limiter.tryTake('a')).toEqual({ allowed: true });
});

test('the least recently used key is forgotten, unless somebody waits for it', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 1, maxKeys: 2 });
  limiter.tryTake('waited-for');
  const settled = watch([limiter.take('waited-for', patient)]);
  limiter.tryTake('forgotten');
  limiter.tryTake('new');
  expect(limiter.tryTake('waited-for')).toEqual({ allowed: false, retryAfterMs: 2_000 });
  expect(limiter.tryTake('forgotten')).toEqual({ allowed: true });
  await vi.runAllTimersAsync();
  expect(settled).toEqual([[0, true, 1_000]]);
});

test('no window ever holds more than the burst and the rate allow, and waiting as told suffices', async () => {
  const use = fc.record({
    gapMs: fc.integer({ min: 0, max: 300 }),
    tokens: fc.integer({ min: 1, max: 3 }),
    waits: fc.boolean(),
    leavesAfterMs: fc.option(fc.integer({ min: 1, max: 200 })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0.5, max: 2_000, noNaN: true }),
      fc.integer({ min: 3, max: 10 }),
      fc.array(use, { maxLength: 60 }),
      async (ratePerSecond, burst, uses) => {
        const limiter = createRateLimiter({ ratePerSecond, burst });
        const grants: { atMs: number; tokens: number }[] = [];
        const grant = (tokens: number): number => grants.push({ atMs: Date.now(), tokens });

        for (const { gapMs, tokens, waits, leavesAfterMs } of uses) {
          await vi.advanceTimersByTimeAsync(gapMs);
          if (waits) {
            const controller = new AbortController();
            if (leavesAfterMs !== null) setTimeout(() => controller.abort(), leavesAfterMs);
            const { signal } = controller;
            void limiter
              .take('a', { ...patient, tokens, signal })
              .then((isGranted) => isGranted && grant(tokens));
          } else if (limiter.tryTake('a', tokens).allowed) grant(tokens);
        }
        await vi.runAllTimersAsync();
        const last = limiter.tryTake('a', burst);
        vi.advanceTimersByTime(last.allowed ? 0 : last.retryAfterMs);
        expect(last.allowed || limiter.tryTake('a', burst).allowed).toBe(true);
        grant(burst);

        for (const [first, { atMs: fromMs }] of grants.entries()) {
          let taken = 0;
          for (const { atMs, tokens } of grants.slice(first)) {
            taken += tokens;
            const windowSeconds = (atMs - fromMs + 0.001) / 1_000;
            expect(taken).toBeLessThanOrEqual(burst + ratePerSecond * windowSeconds + 1e-6);
          }
        }
      },
    ),
  );
});

test.each([
  [{ ratePerSecond: 0, burst: 1 }, 'ratePerSecond must be a number above 0, got 0'],
  [{ ratePerSecond: 1, burst: 0.5 }, 'burst must be a number of at least 1, got 0.5'],
  [{ ratePerSecond: 1, burst: 1, maxKeys: 0 }, 'maxKeys must be a whole number of at least 1'],
])('the options %o are refused by name and value', (options, message) => {
  expect(() => createRateLimiter(options)).toThrow(message);
});

test('a request that could never be granted is refused by name and value', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 2 });
  expect(() => limiter.tryTake('a', 3)).toThrow(
    'tokens must be a number above 0 and at most 2, got 3',
  );
  await expect(limiter.take('a', { ...patient, tokens: 0 })).rejects.toThrow(RangeError);
  await expect(limiter.take('a', { maxWaitMs: Number.NaN })).rejects.toThrow('maxWaitMs');
});

test('as a policy it lets calls wait for their tokens, and says when to come back otherwise', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 1 });
  const policy = limiter.policy('a', { maxWaitMs: 1_500 });
  const calls = [1, 2, 3].map((call) => policy.execute(() => `call ${call}`));
  const outcomes = Promise.allSettled(calls);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await outcomes).toMatchObject([
    { value: 'call 1' },
    { value: 'call 2' },
    { reason: { code: 'RATE_LIMITED', key: 'a', retryAfterMs: 2_000, outcome: 'failure' } },
  ]);
});

test('as a policy it gives its place in line to others when the signal is aborted', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1, burst: 1 });
  const policy = limiter.policy('a', { maxWaitMs: 5_000 });
  await policy.execute(() => 'first');
  const controller = new AbortController();
  const fn = vi.fn<() => void>();
  const left = policy.execute(fn, controller.signal).catch((error: unknown) => error);
  const next = policy.execute(() => Date.now());
  controller.abort('gone');
  expect(await left).toBe('gone');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await next).toBe(1_000);
  expect(fn).not.toHaveBeenCalled();
});

test('a wait without a limit is one, also beyond what a timer can hold', async () => {
  const limiter = createRateLimiter({ ratePerSecond: 1e-7, burst: 1 });
  expect(await limiter.take('a', { maxWaitMs: Infinity })).toBe(true);
  const take = limiter.take('a', { maxWaitMs: Infinity });
  await vi.advanceTimersByTimeAsync(1e10);
  expect(await take).toBe(true);
  expect(Date.now()).toBe(1e10);
});
