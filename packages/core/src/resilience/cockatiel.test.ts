import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ConstantBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBreakers } from './breakers/breakers.ts';
import { createRetry } from './retry.ts';

// What cockatiel 4.0 does where this room does otherwise. See `createBreakers` and `createRetry`.

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const fail = async (): Promise<never> => {
  throw new Error('down');
};

async function openCockatielBreaker() {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 1_000,
    breaker: new ConsecutiveBreaker(1),
  });
  const stale = Promise.withResolvers<never>();
  const staleCall = breaker.execute(() => stale.promise).catch((error: unknown) => error);
  await expect(breaker.execute(fail)).rejects.toThrow('down');
  vi.advanceTimersByTime(1_000);
  const probe = Promise.withResolvers<void>();
  const probing = breaker.execute(() => probe.promise);
  expect(breaker.state).toBe(CircuitState.HalfOpen);
  return { breaker, probe, probing, stale, staleCall };
}

test('behind a probe that hangs, callers wait for ever, and their signal does not free them', async () => {
  const { breaker } = await openCockatielBreaker();
  const controller = new AbortController();
  const fn = vi.fn<() => void>();
  const settled = vi.fn<() => void>();
  void breaker.execute(fn, controller.signal).then(settled, settled);
  controller.abort();
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(fn).not.toHaveBeenCalled();
  expect(settled).not.toHaveBeenCalled();
  expect(breaker.state).toBe(CircuitState.HalfOpen);
});

test('a call from before the opening overrules a probe that succeeds', async () => {
  const { breaker, probe, probing, stale, staleCall } = await openCockatielBreaker();
  stale.reject(new Error('stale'));
  expect(await staleCall).toBeInstanceOf(Error);
  expect(breaker.state).toBe(CircuitState.Open);
  probe.resolve();
  await probing;
  expect(breaker.state).toBe(CircuitState.Open);
});

test('a sampling window of 10 s counts failures of the last 45 s when they are sparse', () => {
  const window = new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1 });
  const answers = Array.from({ length: 10 }, () => {
    vi.advanceTimersByTime(5_000);
    return window.failure(CircuitState.Closed);
  });
  expect(answers.at(-1)).toBe(true);
});

test('a retry that is aborted sits out its delay and calls once more', async () => {
  const policy = retry(handleAll, { maxAttempts: 3, backoff: new ConstantBackoff(60_000) });
  const controller = new AbortController();
  const fn = vi.fn<() => Promise<never>>(fail);
  const outcome = policy.execute(fn, controller.signal).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(0);
  controller.abort();
  await vi.advanceTimersByTimeAsync(59_999);
  expect(fn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toEqual(new Error('down'));
  expect(fn).toHaveBeenCalledTimes(2);
});

test('policies of both libraries nest, and the signal of one reaches the other', async () => {
  const breakers = createBreakers({ failureThreshold: { consecutive: 1 }, halfOpenAfterMs: 1_000 });
  const limit = timeout(500, TimeoutStrategy.Aggressive);
  const twice = createRetry({
    maxAttempts: 2,
    backoff: { initialMs: 2_000, maxMs: 2_000, factor: 1, jitter: 'none' },
  });
  const signals: AbortSignal[] = [];
  const result = twice.execute(({ signal, attempt }) =>
    breakers.policy('merchant').execute(
      (context) =>
        limit.execute((limited) => {
          signals.push(limited.signal);
          return attempt === 1 ? new Promise<string>(() => {}) : 'delivered';
        }, context.signal),
      signal,
    ),
  );
  await vi.runAllTimersAsync();
  expect(await result).toBe('delivered');
  expect(signals[0]?.aborted).toBe(true);
  expect(breakers.state('merchant')).toBe('closed');
});
