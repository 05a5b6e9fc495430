import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest';
import { type BreakerChange, type BreakersOptions, createBreakers } from './breakers.ts';
import type { HookPolicy } from '../../hooks/index.ts';
import { BreakerOpenError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { RetryContext } from '../retry.ts';

const options: BreakersOptions = { failureThreshold: { consecutive: 2 }, halfOpenAfterMs: 1_000 };
const fail = async (): Promise<never> => {
  throw new Error('down');
};
const decline = async (): Promise<never> => {
  throw new Error('card declined');
};
const succeed = async (): Promise<string> => 'up';

beforeEach(() => void vi.useFakeTimers({ now: 50_000 }));
afterEach(() => void vi.useRealTimers());

function given(change: Partial<BreakersOptions> = {}) {
  const breakers = createBreakers({ ...options, ...change });
  const open = async (key: string): Promise<void> => {
    await expect(breakers.execute(key, fail)).rejects.toThrow('down');
    await expect(breakers.execute(key, fail)).rejects.toThrow('down');
    expect(breakers.state(key)).toBe('open');
  };
  return { breakers, open };
}

test('an open breaker refuses without calling, and says whom and for how long', async () => {
  const { breakers, open } = given();
  await open('sick');
  vi.advanceTimersByTime(400);
  const fn = vi.fn<() => void>();
  const error = await breakers.execute('sick', fn).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BreakerOpenError);
  expect(error).toMatchObject({ code: 'BREAKER_OPEN', key: 'sick', retryAfterMs: 600 });
  expect(fn).not.toHaveBeenCalled();
});

test('the breaker of one key leaves the others alone', async () => {
  const { breakers, open } = given();
  await open('sick');
  expect(await breakers.execute('healthy', succeed)).toBe('up');
  expect(breakers.state('healthy')).toBe('closed');
  expect(breakers.counts()).toEqual({ closed: 1, open: 1, halfOpen: 0, isolated: 0 });
});

test('while one probe is under way the other callers are refused at once, not kept waiting', async () => {
  const { breakers, open } = given();
  await open('sick');
  vi.advanceTimersByTime(1_000);
  const probe = Promise.withResolvers<string>();
  const probing = breakers.execute('sick', () => probe.promise);
  expect(breakers.counts()).toEqual({ closed: 0, open: 0, halfOpen: 1, isolated: 0 });
  const others = await Promise.allSettled([1, 2, 3].map(() => breakers.execute('sick', succeed)));
  expect(others.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  probe.resolve('recovered');
  expect(await probing).toBe('recovered');
  expect(breakers.counts()).toEqual({ closed: 1, open: 0, halfOpen: 0, isolated: 0 });
});

test('the caller of a probe that was written off still gets its result', async () => {
  const { breakers, open } = given({ probeTimeoutMs: 2_000 });
  await open('sick');
  vi.advanceTimersByTime(1_000);
  const probe = Promise.withResolvers<string>();
  const probing = breakers.execute('sick', () => probe.promise);
  vi.advanceTimersByTime(2_000);
  await expect(breakers.execute('sick', succeed)).rejects.toThrow(BreakerOpenError);
  expect(breakers.counts()).toEqual({ closed: 0, open: 1, halfOpen: 0, isolated: 0 });
  probe.resolve('late');
  expect(await probing).toBe('late');
  expect(breakers.state('sick')).toBe('open');
});

test('the open period doubles with each failed probe, up to its longest', async () => {
  const { breakers, open } = given({ halfOpenAfterMs: { initialMs: 1_000, maxMs: 3_000 } });
  await open('sick');
  const periods: number[] = [];
  for (let probe = 0; probe < 4; probe += 1) {
    const error = await breakers.execute('sick', succeed).catch((thrown: unknown) => thrown);
    if (!(error instanceof BreakerOpenError)) throw error;
    periods.push(error.retryAfterMs);
    vi.advanceTimersByTime(error.retryAfterMs);
    await expect(breakers.execute('sick', fail)).rejects.toThrow('down');
  }
  expect(periods).toEqual([1_000, 2_000, 3_000, 3_000]);
});

test('changes are told in order, with the key and the time of day', async () => {
  const changes: BreakerChange[] = [];
  const { breakers, open } = given({ onChange: (change) => void changes.push(change) });
  await open('sick');
  vi.advanceTimersByTime(1_000);
  await breakers.execute('sick', succeed);
  expect(changes).toEqual([
    { key: 'sick', from: 'closed', to: 'open', atMs: 50_000 },
    { key: 'sick', from: 'open', to: 'half-open', atMs: 51_000 },
    { key: 'sick', from: 'half-open', to: 'closed', atMs: 51_000 },
  ]);
});

test('an error that is no failure is an answer: it passes through and ends a row of failures', async () => {
  const { breakers } = given({
    isFailure: (error) => error instanceof Error && error.message === 'down',
  });
  await expect(breakers.execute('bank', fail)).rejects.toThrow('down');
  await expect(breakers.execute('bank', decline)).rejects.toThrow('card declined');
  await expect(breakers.execute('bank', fail)).rejects.toThrow('down');
  expect(breakers.state('bank')).toBe('closed');
});

test('a probe is settled even when isFailure itself throws', async () => {
  let isBroken = false;
  const { breakers, open } = given({
    isFailure: () => {
      if (isBroken) throw new Error('broken predicate');
      return true;
    },
  });
  await open('sick');
  isBroken = true;
  vi.advanceTimersByTime(1_000);
  await expect(breakers.execute('sick', fail)).rejects.toThrow('broken predicate');
  expect(breakers.state('sick')).toBe('open');
});

test('the signal reaches the function, and an aborted one keeps it from being called', async () => {
  const { breakers } = given();
  const { signal } = new AbortController();
  expect(await breakers.execute('a', (context) => context.signal, signal)).toBe(signal);
  expect(await breakers.execute('a', (context) => context.signal.aborted)).toBe(false);
  const fn = vi.fn<() => void>();
  await expect(breakers.execute('a', fn, AbortSignal.abort('gone'))).rejects.toBe('gone');
  expect(fn).not.toHaveBeenCalled();
});

test('the refusal names the failure that opened the breaker as its cause', async () => {
  const { breakers, open } = given();
  await open('sick');
  const refused = await breakers.execute('sick', succeed).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ cause: new Error('down') });
  vi.advanceTimersByTime(1_000);
  void breakers.execute('sick', () => new Promise(() => {}));
  const probing = await breakers.execute('sick', succeed).catch((thrown: unknown) => thrown);
  expect(probing).toMatchObject({ cause: new Error('down') });
});

test('a result that is a failure counts as one, and its caller gets it', async () => {
  const { breakers } = given({
    isFailureResult: (result) => result instanceof Response && result.status >= 500,
  });
  for (const status of [503, 404, 503, 503]) {
    const response = await breakers.execute('api', async () => new Response('', { status }));
    expect(response.status).toBe(status);
  }
  expect(breakers.state('api')).toBe('open');
  const refused = await breakers.execute('api', succeed).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ cause: { status: 503 } });
});

test('an isolated breaker refuses until everybody has released it, once each', async () => {
  const { breakers, open } = given();
  await open('sick');
  const first = breakers.isolate('sick');
  {
    using second = breakers.isolate('sick');
    expect(second).toHaveProperty('release');
    first.release();
    first.release();
    expect(breakers.state('sick')).toBe('isolated');
    vi.advanceTimersByTime(1e9);
    await expect(breakers.execute('sick', succeed)).rejects.toMatchObject({
      code: 'BREAKER_ISOLATED',
      key: 'sick',
    });
    expect(breakers.counts()).toEqual({ closed: 0, open: 0, halfOpen: 0, isolated: 1 });
  }
  expect(await breakers.execute('sick', succeed)).toBe('up');
  expect(breakers.counts()).toEqual({ closed: 1, open: 0, halfOpen: 0, isolated: 0 });
});

test('an observer that throws or rejects changes no outcome and is counted', async () => {
  let tells = 0;
  const { breakers, open } = given({
    onChange: () => {
      tells += 1;
      if (tells === 1) throw new Error('broken observer');
      return Promise.reject(new Error('metrics endpoint 503'));
    },
  });
  await open('sick');
  vi.advanceTimersByTime(1_000);
  expect(await breakers.execute('sick', succeed)).toBe('up');
  await vi.advanceTimersByTimeAsync(0);
  expect([tells, breakers.observerFailures]).toEqual([3, 3]);
});

test('a policy runs functions under the breaker of its key', async () => {
  const { breakers } = given();
  const policy = breakers.policy('sick');
  await expect(policy.execute(fail)).rejects.toThrow('down');
  await expect(policy.execute(fail)).rejects.toThrow('down');
  expect(breakers.state('sick')).toBe('open');
  await expect(policy.execute(succeed)).rejects.toThrow(BreakerOpenError);
});

test('the least recently used closed breaker is forgotten, an open one never', async () => {
  const { breakers, open } = given({ maxKeys: 2 });
  await open('open');
  await expect(breakers.execute('oldest', fail)).rejects.toThrow('down');
  await expect(breakers.execute('older', fail)).rejects.toThrow('down');
  await breakers.execute('oldest', succeed);
  await expect(breakers.execute('oldest', fail)).rejects.toThrow('down');
  await breakers.execute('new', succeed);
  expect(breakers.counts()).toEqual({ closed: 2, open: 1, halfOpen: 0, isolated: 0 });
  // 'older' was forgotten with its one failure, 'oldest' remembers its own.
  await expect(breakers.execute('oldest', fail)).rejects.toThrow('down');
  await expect(breakers.execute('older', fail)).rejects.toThrow('down');
  expect(['open', 'oldest', 'older'].map(breakers.state)).toEqual(['open', 'open', 'closed']);
});

test('a call that outlives its forgotten breaker counts for nothing', async () => {
  const { breakers } = given({ maxKeys: 1, failureThreshold: { consecutive: 1 } });
  const pending = Promise.withResolvers<never>();
  const call = breakers.execute('a', () => pending.promise);
  await breakers.execute('b', succeed);
  pending.reject(new Error('late'));
  await expect(call).rejects.toThrow('late');
  expect(breakers.state('a')).toBe('closed');
  expect(breakers.counts()).toEqual({ closed: 1, open: 0, halfOpen: 0, isolated: 0 });
});

test('no breaker ever holds a timer', async () => {
  const { breakers, open } = given();
  await open('sick');
  vi.setSystemTime(60_000);
  await breakers.execute('healthy', succeed);
  expect(vi.getTimerCount()).toBe(0);
});

test('breakers and retries fit around a hook', () => {
  expectTypeOf<Policy>().toExtend<HookPolicy>();
  expectTypeOf<Policy<RetryContext>>().toExtend<HookPolicy>();
});

test('keys keep their type', () => {
  const breakers = createBreakers<'card' | 'bank'>(options);
  expectTypeOf(breakers.state).parameter(0).toEqualTypeOf<'card' | 'bank'>();
  expectTypeOf(breakers.execute('card', succeed)).resolves.toEqualTypeOf<string>();
});

test.each([
  [{ halfOpenAfterMs: 0 }, 'halfOpenAfterMs must be a number above 0, got 0'],
  [{ halfOpenAfterMs: { initialMs: 5, maxMs: 1 } }, 'halfOpenAfterMs.maxMs must be a number of at'],
  [{ maxKeys: 0.5 }, 'maxKeys must be a whole number of at least 1, got 0.5'],
  [{ halfOpen: { calls: 0 } }, 'halfOpen.calls must be a whole number of at least 1 and at most'],
  [{ halfOpen: { failureRatio: 2 } }, 'halfOpen.failureRatio must be a number above 0 and at most'],
  [{ halfOpen: { concurrency: 1.5 } }, 'halfOpen.concurrency must be a whole number of at least 1'],
  [{ probeTimeoutMs: -1 }, 'probeTimeoutMs must be a number above 0, got -1'],
  [{ failureThreshold: { consecutive: 0 } }, 'failureThreshold.consecutive must be'],
])('the option %o is refused by name and value', (change, message) => {
  expect(() => createBreakers({ ...options, ...change })).toThrow(RangeError);
  expect(() => createBreakers({ ...options, ...change })).toThrow(message);
});

test('a missing threshold is refused by name, and a probe may take as long as it likes', async () => {
  // @ts-expect-error a caller without types
  expect(() => createBreakers({ halfOpenAfterMs: 1_000 })).toThrow(
    'failureThreshold must be { consecutive } or { ratio, minimumCalls, windowMs }, got undefined',
  );
  const { breakers, open } = given({ probeTimeoutMs: Infinity });
  await open('sick');
  vi.advanceTimersByTime(1_000);
  void breakers.execute('sick', () => new Promise(() => {}));
  vi.advanceTimersByTime(1e9);
  await expect(breakers.execute('sick', succeed)).rejects.toThrow(BreakerOpenError);
  expect(breakers.state('sick')).toBe('half-open');
});
