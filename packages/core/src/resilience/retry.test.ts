import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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
    { attempt: 1, error: new Error('failure 1'), delayMs: 1_000 },
    { attempt: 2, error: new Error('failure 2'), delayMs: 2_000 },
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

test('maxAttempts below one is refused', () => {
  expect(() => createRetry({ ...options, maxAttempts: 0 })).toThrow(
    new RangeError('maxAttempts must be a whole number of at least 1, got 0'),
  );
});
