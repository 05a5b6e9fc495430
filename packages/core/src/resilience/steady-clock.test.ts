import { describe, expect, test } from 'vitest';
import { simulate, type SimulateOptions } from '../simulation/index.ts';
import { createBreakers, createConnectionPool, createRateLimiter, sleep } from './index.ts';
import { createSteadyClock } from './steady-clock.ts';

const options: SimulateOptions = { seed: 1, start: 0 };
const hourMs = 3_600_000;

const failing = (): Promise<never> => Promise.reject(new Error('down'));

describe('what outlives a simulation', () => {
  test('reads a clock that never goes back, and is the ordinary one inside', async () => {
    const clockMs = createSteadyClock();
    const first = await simulate(options, async () => {
      await sleep(hourMs);
      return clockMs();
    });
    const second = await simulate(options, async () => {
      const begun = clockMs();
      await sleep(1000);
      return [begun, clockMs()];
    });
    expect(first.value).toBe(hourMs);
    expect(second.value).toEqual([hourMs, hourMs + 1000]);
    expect(clockMs()).toBeGreaterThan(hourMs + 1000);
  });

  test('a breaker that opened in one probes in the next, when its time has passed there', async () => {
    const breakers = createBreakers({
      failureThreshold: { consecutive: 1 },
      halfOpenAfterMs: 10_000,
    });
    await simulate(options, async () => {
      await sleep(hourMs);
      await expect(breakers.execute('bank', failing)).rejects.toThrow('down');
    });
    await simulate(options, async () => {
      await sleep(9_000);
      await expect(breakers.execute('bank', () => 1)).rejects.toMatchObject({
        code: 'BREAKER_OPEN',
        retryAfterMs: 1_000,
      });
      await sleep(1_000);
      expect(await breakers.execute('bank', () => 1)).toBe(1);
    });
  });

  test('a limiter that was emptied in one fills again in the next, and in real time', async () => {
    const limiter = createRateLimiter({ ratePerSecond: 0.001, burst: 1 });
    await simulate(options, async () => {
      await sleep(hourMs);
      expect(limiter.tryTake('shop').allowed).toBe(true);
    });
    await simulate(options, async () => {
      expect(limiter.tryTake('shop')).toEqual({ allowed: false, retryAfterMs: 1_000_000 });
      await sleep(1_000_000);
      expect(limiter.tryTake('shop').allowed).toBe(true);
    });
    const answer = limiter.tryTake('shop');
    expect(answer.allowed ? 0 : answer.retryAfterMs).toBeLessThanOrEqual(1_000_000);
  });

  test('a pool whose connection was waited for in one keeps its longest wait in the next', async () => {
    const pool = createConnectionPool({ name: 'bank', size: 1, acquireTimeoutMs: 5_000 });
    await simulate(options, async () => {
      await sleep(hourMs);
      await pool.acquire();
      void pool.acquire().catch(() => undefined);
      await sleep(10);
    });
    const { virtualMs } = await simulate(options, async () => {
      await expect(pool.acquire()).rejects.toMatchObject({ name: 'PoolTimeoutError' });
    });
    expect(virtualMs).toBe(5_000);
    expect(pool.metrics()).toMatchObject({ waiting: 0, timedOut: 2 });
  });
});
