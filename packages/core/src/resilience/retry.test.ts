import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBreakers } from './breakers/breakers.ts';
import { BreakerOpenError, RateLimitedError } from './errors.ts';
import { createRetry, type RetryEvent, type RetryOptions } from './retry.ts';

const options: RetryOptions = {
  maxAttempts: 4,
  backoff: { initialMs: 1_000, maxMs: 3_000, factor: 2, jitter: 'none' },
};

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Fails its first `failures` calls, each with its own error, and notes when it was called. */
function failing(failures: number) {
  const calledAtMs: number[] = [];
  const fn = async ({ attempt }: { readonly attempt: number }): Promise<string> => {
    calledAtMs.push(Date.now());
    if (attempt <= failures) throw new Error(`failure ${attempt}`);
    return `attempt ${attempt}`;
  };
  return { fn, calledAtMs };
}

/** What `promise` rejects with, listened to at once. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a call that fails is made again after growing delays until it succeeds', async () => {
  const { fn, calledAtMs } = failing(3);
  const result = createRetry(options).execute(fn);
  await vi.runAllTimersAsync();
  expect(await result).toBe('attempt 4');
  expect(calledAtMs).toEqual([0, 1_000, 3_000, 6_000]);
});

test('maxAttempts counts the first call, and the last error comes out unchanged', async () => {
  const { fn, calledAtMs } = failing(Number.POSITIVE_INFINITY);
  const result = createRetry(options).execute(fn);
  const error = errorOf(result);
  await vi.runAllTimersAsync();
  expect(await error).toEqual(new Error('failure 4'));
  expect(calledAtMs).toHaveLength(4);
});

test('an error that is not retryable ends the attempts at once', async () => {
  const { fn, calledAtMs } = failing(3);
  const retry = createRetry({
    ...options,
    isRetryable: (error) => error instanceof Error && error.message !== 'failure 2',
  });
  const error = errorOf(retry.execute(fn));
  await vi.runAllTimersAsync();
  expect(await error).toEqual(new Error('failure 2'));
  expect(calledAtMs).toEqual([0, 1_000]);
});

test('a function that throws before it returns a promise is retried too', async () => {
  const fn = vi.fn<() => number>().mockImplementationOnce(() => {
    throw new Error('synchronous');
  });
  const result = createRetry(options).execute(fn);
  await vi.runAllTimersAsync();
  await result;
  expect(fn).toHaveBeenCalledTimes(2);
});

test('an abort during the wait rejects at once, calls nothing more and leaves no timer', async () => {
  const { fn, calledAtMs } = failing(3);
  const controller = new AbortController();
  const error = errorOf(createRetry(options).execute(fn, controller.signal));
  await vi.advanceTimersByTimeAsync(1_500);
  controller.abort('closing');
  expect(await error).toBe('closing');
  expect(calledAtMs).toEqual([0, 1_000]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a signal that outlives its retries keeps none of their listeners', async () => {
  const { signal } = new AbortController();
  const result = createRetry(options).execute(failing(3).fn, signal);
  await vi.advanceTimersByTimeAsync(500);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await vi.runAllTimersAsync();
  await result;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('an abort during an attempt leaves its own error, and no attempt follows', async () => {
  const controller = new AbortController();
  const fn = vi.fn<() => Promise<void>>(async () => {
    controller.abort();
    throw new Error('interrupted');
  });
  await expect(createRetry(options).execute(fn, controller.signal)).rejects.toThrow('interrupted');
  expect(fn).toHaveBeenCalledTimes(1);
});

test('an aborted signal keeps the function from being called', async () => {
  const fn = vi.fn<() => void>();
  const signal = AbortSignal.abort('gone');
  await expect(createRetry(options).execute(fn, signal)).rejects.toBe('gone');
  expect(fn).not.toHaveBeenCalled();
});

test('onRetry is told attempt, error and delay before each wait', async () => {
  const events: RetryEvent[] = [];
  const retry = createRetry({ ...options, onRetry: (event) => void events.push(event) });
  const result = retry.execute(failing(2).fn);
  await vi.runAllTimersAsync();
  await result;
  expect(events).toEqual([
    { attempt: 1, error: new Error('failure 1'), delayMs: 1_000, isSpent: true },
    { attempt: 2, error: new Error('failure 2'), delayMs: 2_000, isSpent: true },
  ]);
});

test('jitter comes from the given random source, and decorrelated jitter from the last delay', async () => {
  const delays: number[] = [];
  const retry = createRetry({
    maxAttempts: 4,
    backoff: { initialMs: 100, maxMs: 10_000, factor: 3, jitter: 'decorrelated' },
    random: () => 0.5,
    onRetry: ({ delayMs }) => void delays.push(delayMs),
  });
  const result = retry.execute(failing(3).fn);
  await vi.runAllTimersAsync();
  await result;
  expect(delays).toEqual([200, 350, 575]);
});

test('a delay that the error asks for takes the place of the back-off, and growth goes on after it', async () => {
  const delays: number[] = [];
  const errors = [
    Object.assign(new Error('busy'), { headers: { 'retry-after': '7' } }),
    new Error('down'),
    Object.assign(new Error('busy'), {
      response: { headers: new Headers({ 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' }) },
    }),
  ];
  const retry = createRetry({ ...options, onRetry: ({ delayMs }) => void delays.push(delayMs) });
  const result = retry.execute(async ({ attempt }) => {
    const error = errors[attempt - 1];
    if (error !== undefined) throw error;
    return Date.now();
  });
  await vi.runAllTimersAsync();
  expect(await result).toBe(10_000);
  expect(delays).toEqual([7_000, 2_000, 1_000]);
});

test('who was told the same moment does not come back at the same moment, nor earlier', async () => {
  const retry = createRetry({
    maxAttempts: 2,
    backoff: { ...options.backoff, jitter: 'full' },
    random: () => 0.5,
  });
  const result = retry.execute(({ attempt }) => {
    if (attempt === 1) throw new RateLimitedError('bank', 10_000);
    return Date.now();
  });
  const error = errorOf(result);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(retry.observerFailures).toBe(0);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(await error).toBeInstanceOf(RateLimitedError);
});

test('a refusal by an open breaker uses up no attempt: the call is made once it is let through', async () => {
  const breakers = createBreakers({ failureThreshold: { consecutive: 1 }, halfOpenAfterMs: 8_000 });
  const events: RetryEvent[] = [];
  const retry = createRetry({
    ...options,
    maxAttempts: 2,
    onRetry: (event) => void events.push(event),
  });
  await expect(
    breakers.execute('bank', () => {
      throw new Error('down');
    }),
  ).rejects.toThrow('down');
  const attempts: number[] = [];
  const result = retry.execute(({ attempt, signal }) =>
    breakers.execute(
      'bank',
      () => {
        attempts.push(attempt);
        if (attempts.length === 1) throw new Error('down again');
        return Date.now();
      },
      signal,
    ),
  );
  await vi.runAllTimersAsync();
  expect(await result).toBe(16_000);
  expect(attempts).toEqual([1, 2]);
  expect(events.map(({ isSpent, delayMs }) => [isSpent, delayMs])).toEqual([
    [false, 8_000],
    [true, 1_000],
    [false, 7_000],
  ]);
});

test('who asks for a longer wait than is allowed, at once or bit by bit, ends the attempts', async () => {
  const tomorrow = Object.assign(new Error('closed'), { retryAfterMs: 86_400_000 });
  await expect(createRetry(options).execute(() => Promise.reject(tomorrow))).rejects.toBe(tomorrow);

  const refusal = new BreakerOpenError('bank', 4_000);
  const fn = vi.fn<() => Promise<never>>(() => Promise.reject(refusal));
  const error = errorOf(createRetry({ ...options, maxRetryAfterMs: 10_000 }).execute(fn));
  await vi.runAllTimersAsync();
  expect(await error).toBe(refusal);
  expect(fn).toHaveBeenCalledTimes(3);
});

test('refusals without a time to come back are bounded as well', async () => {
  const fn = vi.fn<() => Promise<never>>(() => Promise.reject(new BreakerOpenError('bank', 1)));
  const retry = createRetry({ ...options, maxRetryAfterMs: 2_500, delayOf: () => undefined });
  const error = errorOf(retry.execute(fn));
  await vi.runAllTimersAsync();
  expect(await error).toBeInstanceOf(BreakerOpenError);
  expect(fn).toHaveBeenCalledTimes(3);
});

test('what is no delay is none', async () => {
  for (const nonsense of [Number.NaN, -1]) {
    const retry = createRetry({ ...options, maxAttempts: 2, delayOf: () => nonsense });
    const startMs = Date.now();
    const result = retry.execute(failing(1).fn);
    await vi.runAllTimersAsync();
    await result;
    expect(Date.now() - startMs).toBe(1_000);
  }
});

test('a result that is not good enough is tried again, and is the answer when nothing better comes', async () => {
  const events: RetryEvent[] = [];
  const retry = createRetry({
    ...options,
    maxAttempts: 3,
    isRetryableResult: (result) => result instanceof Response && result.status === 503,
    onRetry: (event) => void events.push(event),
  });
  const headers = { 'retry-after': '5' };
  const result = retry.execute(async () => new Response('', { status: 503, headers }));
  await vi.runAllTimersAsync();
  expect((await result).status).toBe(503);
  expect(Date.now()).toBe(10_000);
  expect(events).toMatchObject([{ error: undefined, result: { status: 503 } }, { attempt: 2 }]);
});

test('an onRetry that throws or rejects changes nothing and is counted', async () => {
  const retry = createRetry({
    ...options,
    onRetry: ({ attempt }) => {
      if (attempt === 1) throw new Error('broken');
      return Promise.reject(new Error('broken later'));
    },
  });
  const result = retry.execute(failing(2).fn);
  await vi.runAllTimersAsync();
  expect(await result).toBe('attempt 3');
  expect(retry.observerFailures).toBe(2);
});

test('what has no limit of attempts is repeated until it succeeds or its caller hangs up', async () => {
  const retry = createRetry({ ...options, maxAttempts: Infinity });
  const result = retry.execute(failing(1_000).fn);
  await vi.runAllTimersAsync();
  expect(await result).toBe('attempt 1001');
  const controller = new AbortController();
  const error = errorOf(retry.execute(failing(Infinity).fn, controller.signal));
  await vi.advanceTimersByTimeAsync(100_000);
  controller.abort('gone');
  expect(await error).toBe('gone');
});

test('maxAttempts below one is refused', () => {
  expect(() => createRetry({ ...options, maxAttempts: 0 })).toThrow(
    new RangeError('maxAttempts must be a whole number of at least 1, got 0'),
  );
});
