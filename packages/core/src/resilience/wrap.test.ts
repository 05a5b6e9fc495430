import { circuitBreaker, CircuitState, ConsecutiveBreaker, fallback, handleAll } from 'cockatiel';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { createHooks, withPolicy } from '../hooks/index.ts';
import { createBreakers } from './breakers/breakers.ts';
import { createBulkhead } from './bulkhead.ts';
import { createFallback } from './fallback.ts';
import { neverAborted, type Policy } from './policy.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createRetry, type RetryContext } from './retry.ts';
import { sleep } from './sleep.ts';
import { createTimeout } from './timeout.ts';
import { wrap } from './wrap.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: 0 }, body)).value;
const backoff = { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'none' } as const;

/** A policy that notes when a call passes it, in and out. */
const noting = (name: string, notes: string[]): Policy => ({
  async execute(fn, signal = neverAborted) {
    notes.push(`${name} in`);
    try {
      return await fn({ signal });
    } finally {
      notes.push(`${name} out`);
    }
  },
});

describe('policies that are wrapped', () => {
  test('are passed from left to right, and back', async () => {
    const notes: string[] = [];
    const policy = wrap(noting('outer', notes), noting('inner', notes));
    expect(await policy.execute(() => notes.push('call'))).toBe(3);
    expect(notes).toEqual(['outer in', 'inner in', 'call', 'inner out', 'outer out']);
    expect(await wrap().execute(() => 'nothing around it')).toBe('nothing around it');
  });

  test('protect a call in the order in which they stand: each attempt has its limit', async () => {
    await inVirtualTime(async () => {
      const breakers = createBreakers({
        failureThreshold: { consecutive: 2 },
        halfOpenAfterMs: 5_000,
      });
      const policy = wrap(
        createFallback({ fallback: () => 'cached' as const }),
        createRetry({ maxAttempts: 3, backoff }),
        breakers.policy('bank'),
        createRateLimiter({ ratePerSecond: 10, burst: 10 }).policy('bank', { maxWaitMs: 100 }),
        createBulkhead({ name: 'bank', maxConcurrent: 10, maxWaitMs: 100 }),
        createTimeout({ timeoutMs: 1_000 }),
      );
      const starts: number[] = [];
      const result = await policy.execute(({ attempt, signal }) => {
        starts.push(attempt, Math.round(performance.now()));
        return sleep(3_000, signal).then(() => 'fresh');
      });
      expectTypeOf(result).toEqualTypeOf<string>();
      expect(result).toBe('cached');
      // Two time-outs open the breaker; its refusal is waited out and uses up no attempt.
      expect(starts).toEqual([1, 0, 2, 1_100, 3, 7_100]);
      expect(breakers.state('bank')).toBe('open');
    });
  });

  test('leave it to the limit outside of a retry to end all attempts together', async () => {
    await inVirtualTime(async () => {
      const policy = wrap(
        createTimeout({ timeoutMs: 250 }),
        createRetry({ maxAttempts: 9, backoff }),
      );
      const attempts: number[] = [];
      const call = policy.execute(({ attempt }) => {
        attempts.push(attempt);
        throw new Error('down');
      });
      await expect(call).rejects.toThrow('none came within 250 ms');
      await sleep(10_000);
      expect(attempts).toEqual([1, 2]);
    });
  });

  test('let a caller who hangs up decide nothing, through all of them', async () => {
    await inVirtualTime(async () => {
      const breakers = createBreakers({
        failureThreshold: { consecutive: 1 },
        halfOpenAfterMs: 1_000,
      });
      const policy = wrap(
        createRetry({ maxAttempts: 3, backoff }),
        breakers.policy('bank'),
        createTimeout({ timeoutMs: 1_000 }),
      );
      const controller = new AbortController();
      setTimeout(() => controller.abort('gone'), 10);
      const call = policy.execute(({ signal }) => sleep(500, signal), controller.signal);
      await expect(call).rejects.toBe('gone');
      expect(breakers.state('bank')).toBe('closed');
      await expect(policy.execute(() => sleep(5_000))).rejects.toThrow('none came within');
      expect(breakers.state('bank')).toBe('open');
    });
  });

  test('fit around a hook, and take those of cockatiel', async () => {
    await inVirtualTime(async () => {
      const theirs = circuitBreaker(handleAll, {
        halfOpenAfter: 1_000,
        breaker: new ConsecutiveBreaker(1),
      });
      const policy = wrap(
        createRetry({ maxAttempts: 2, backoff: { ...backoff, initialMs: 1 } }),
        theirs,
      );
      await expect(policy.execute(() => Promise.reject(new Error('down')))).rejects.toThrow(
        'Execution prevented',
      );
      expect(theirs.state).toBe(CircuitState.Open);

      const hooks = createHooks<{ due: number }>({ timeoutMs: 1_000 });
      const seen: number[] = [];
      hooks.hook(
        'due',
        withPolicy(wrap(createTimeout({ timeoutMs: 100 })), (number) => void seen.push(number)),
      );
      hooks.emit('due', 7);
      await hooks.onIdle();
      expect(seen).toEqual([7]);
    });
  });

  test('keep the types of what they add and of what may stand in for the result', () => {
    const policy = wrap(
      createFallback({ fallback: () => 0 }),
      createRetry({ maxAttempts: 2, backoff }),
    );
    expectTypeOf(policy).toExtend<Policy<RetryContext, number>>();
    expectTypeOf(policy.execute(() => 'text')).resolves.toEqualTypeOf<string | number>();
    expectTypeOf(wrap(createTimeout({ timeoutMs: 1 }))).toExtend<Policy>();
    const nothing = wrap(createFallback({ fallback: () => undefined }));
    expectTypeOf(nothing.execute(() => 'text')).resolves.toEqualTypeOf<string | undefined>();
    const theirs = wrap(fallback(handleAll, true));
    expectTypeOf(theirs.execute(() => 'text')).resolves.toEqualTypeOf<string | boolean>();
  });
});
