import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// What rate-limiter-flexible 11.4 does where this room does otherwise. See `createRateLimiter`.

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

test('twice the limit passes within two milliseconds, around the edge of a window', async () => {
  const limiter = new RateLimiterMemory({ points: 10, duration: 1 });
  await limiter.consume('a', 1);
  vi.advanceTimersByTime(999);
  await limiter.consume('a', 9);
  vi.advanceTimersByTime(1);
  expect(await limiter.consume('a', 10)).toMatchObject({ remainingPoints: 0 });
});

test('every key holds a timer', async () => {
  const limiter = new RateLimiterMemory({ points: 10, duration: 1 });
  for (let key = 0; key < 50; key += 1) await limiter.consume(`merchant-${key}`);
  expect(vi.getTimerCount()).toBe(50);
});
