import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('waiting as long as told suffices at any fraction of a clock that has run for weeks', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 5_000, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 2e9, noNaN: true }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 }),
      (ratePerSecond, burst, startMs, requests) => {
        const bucket = new TokenBucket(ratePerSecond, burst);
        let nowMs = startMs;
        for (const request of requests) {
          const tokens = Math.min(request, burst);
          nowMs += bucket.waitMs(tokens, nowMs);
          expect(bucket.waitMs(tokens, nowMs)).toBe(0);
          bucket.take(tokens, nowMs);
        }
      },
    ),
  );
});

test('a wait is a whole number of milliseconds, rounded up', () => {
  const bucket = new TokenBucket(3, 1);
  bucket.take(1, 0.25);
  expect(bucket.waitMs(1, 0.5)).toBe(334);
});

test('tokens can be taken ahead of time and are then owed', () => {
  const bucket = new TokenBucket(10, 1);
  bucket.take(5, 0);
  expect(bucket.waitMs(1, 0)).toBe(500);
});
