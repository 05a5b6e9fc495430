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
import {
  createHooks,
  HandlerTimeoutError,
  type HookPolicy,
  metricsOf,
  withPolicy,
} from './index.ts';

const sendMail = (): void => undefined;

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
      withPolicy(retry(handleAll, { maxAttempts: 3, backoff: new ConstantBackoff(10) }), () => {
        if (++attempts < 3) throw new Error('not yet');
      }),
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(20);
    expect(attempts).toBe(3);
    expect(metricsOf(hooks)).toMatchObject({ processed: 1, failed: 0 });
  });

  test('breaks: an open circuit fails the task without calling the handler', async () => {
    const errors: unknown[] = [];
    const hooks = createHooks<Events>({ workers: 1, onError: (error) => errors.push(error) });
    const handler = vi.fn<() => Promise<never>>(() => Promise.reject(new Error('down')));
    const breaker = circuitBreaker(handleAll, {
      halfOpenAfter: 1_000,
      breaker: new ConsecutiveBreaker(2),
    });
    hooks.hook('send', withPolicy(breaker, handler));
    for (let i = 0; i < 3; i++) hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(0);
    expect(handler).toHaveBeenCalledTimes(2);
    expect(errors[2]).toBeInstanceOf(BrokenCircuitError);
    expect(metricsOf(hooks).failed).toBe(3);
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
      withPolicy(
        policy,
        (data, { signal, event }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => reasons.push(`${event} ${data}`));
          }),
      ),
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(30);
    expect(reasons).toEqual(['send x']);
    await vi.advanceTimersByTimeAsync(35);
    expect(reasons).toEqual(['send x', 'send x']);
    expect(metricsOf(hooks).failed).toBe(1);
  });

  test('is stopped by the limit of the task: no attempt follows it', async () => {
    const errors: unknown[] = [];
    const hooks = createHooks<Events>({ timeoutMs: 25, onError: (error) => errors.push(error) });
    let attempts = 0;
    hooks.hook(
      'send',
      withPolicy(retry(handleAll, { backoff: new ConstantBackoff(10) }), () => {
        attempts++;
        throw new Error('down');
      }),
    );
    hooks.emit('send', 'x');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attempts).toBe(3);
    expect(errors).toEqual([expect.any(HandlerTimeoutError)]);
    expect(metricsOf(hooks)).toMatchObject({ timedOut: 1, failed: 0, strays: 0 });
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
    hooks.hook('send', withPolicy(twice, handler));
    hooks.emit('send', 'x');
    await hooks.onIdle();
    expect(handler.mock.calls).toEqual([['x'], ['x']]);
  });

  test('leaves the hook the name of its handler', () => {
    const hooks = createHooks<Events>();
    const policy: HookPolicy = { execute: async (fn) => fn(new AbortController()) };
    expect(hooks.hook('send', withPolicy(policy, sendMail)).name).toBe('sendMail');
  });

  test('is told at once what is no policy, and what is no handler', () => {
    // @ts-expect-error a policy without execute
    expect(() => withPolicy({}, () => undefined)).toThrow(/it has no execute function\. Give/);
    const policy: HookPolicy = { execute: async (fn) => fn(new AbortController()) };
    // @ts-expect-error not a function
    expect(() => withPolicy(policy, 7)).toThrow(/the handler is number\. Give a function/);
  });
});
