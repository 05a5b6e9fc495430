import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ConstantBackoff,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHooks, HandlerTimeoutError, type HookPolicy } from './index.ts';

interface Events {
  send: string;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a policy around a hook', () => {
  test('retries: the task succeeds when an attempt does', async () => {
    const hooks = createHooks<Events>();
    let attempts = 0;
    hooks.hook(
      'send',
      () => {
        if (++attempts < 3) throw new Error('not yet');
      },
      { policy: retry(handleAll, { maxAttempts: 3, backoff: new ConstantBackoff(10) }) },
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(20);
    expect(attempts).toBe(3);
    expect(hooks.metrics()).toMatchObject({ processed: 1, failed: 0 });
  });

  test('breaks: an open circuit fails the task without calling the handler', async () => {
    const errors: unknown[] = [];
    const hooks = createHooks<Events>({ workers: 1, onError: (error) => errors.push(error) });
    const handler = vi.fn<() => Promise<never>>(() => Promise.reject(new Error('down')));
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: 1_000,
      breaker: new ConsecutiveBreaker(2),
    });
    hooks.hook('send', handler, { policy: breaker });
    for (let i = 0; i < 3; i++) hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(0);
    expect(handler).toHaveBeenCalledTimes(2);
    expect(errors[2]).toBeInstanceOf(BrokenCircuitError);
    expect(hooks.metrics().failed).toBe(3);
  });

  test('combines with others, and the handler sees the signal of its attempt', async () => {
    const hooks = createHooks<Events>();
    const reasons: string[] = [];
    const policy = wrap(
      retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(5) }),
      bulkhead(1),
      timeout(30, TimeoutStrategy.Aggressive),
    );
    hooks.hook(
      'send',
      (data, { signal, event }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => reasons.push(`${event} ${data}`));
        }),
      { policy },
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(30);
    expect(reasons).toEqual(['send x']);
    await vi.advanceTimersByTimeAsync(35);
    expect(reasons).toEqual(['send x', 'send x']);
    expect(hooks.metrics().failed).toBe(1);
  });

  test('is stopped by the limit of the task: no attempt follows it', async () => {
    const errors: unknown[] = [];
    const hooks = createHooks<Events>({ timeoutMs: 25, onError: (error) => errors.push(error) });
    let attempts = 0;
    hooks.hook(
      'send',
      () => {
        attempts++;
        throw new Error('down');
      },
      { policy: retry(handleAll, { backoff: new ConstantBackoff(10) }) },
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attempts).toBe(3);
    expect(errors).toEqual([expect.any(HandlerTimeoutError)]);
    expect(hooks.metrics()).toMatchObject({ timedOut: 1, failed: 0, strays: 0 });
  });

  test('can be anything with an execute of that shape', async () => {
    const hooks = createHooks<Events>();
    const handler = vi.fn<(data: string) => void>();
    const twice: HookPolicy = {
      execute: async (fn) => {
        const { signal } = new AbortController();
        await fn({ signal });
        return fn({ signal });
      },
    };
    hooks.hook('send', handler, { policy: twice });
    hooks.emit('send', 'x');
    await hooks.onIdle();
    expect(handler.mock.calls).toEqual([['x'], ['x']]);
  });
});
