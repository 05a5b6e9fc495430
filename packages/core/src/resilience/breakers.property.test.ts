import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBreakers } from './breakers.ts';
import { BreakerOpenError } from './errors.ts';
import type { FailureThreshold } from './failure-counter.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const KEYS = ['a', 'b', 'c'] as const;
const HALF_OPEN_AFTER_MS = 100;

const step = fc.oneof(
  fc.record({ do: fc.constant('start' as const), key: fc.constantFrom(...KEYS) }),
  fc.record({ do: fc.constant('settle' as const), call: fc.nat(), succeeds: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 80 }) }),
);
const threshold = fc.constantFrom<FailureThreshold>(
  { consecutive: 2 },
  { ratio: 0.5, minimumCalls: 2, windowMs: 200 },
);

test('no call gets through while a breaker is open, and one at most while it is half-open', async () => {
  await fc.assert(
    fc.asyncProperty(
      threshold,
      fc.array(step, { maxLength: 80 }),
      async (failureThreshold, steps) => {
        const openedAtMs = new Map<string, number>();
        const breakers = createBreakers<(typeof KEYS)[number]>({
          failureThreshold,
          halfOpenAfterMs: HALF_OPEN_AFTER_MS,
          probeTimeoutMs: 150,
          onChange: ({ key, to, atMs }) => {
            if (to === 'open') openedAtMs.set(key, atMs);
            if (to === 'closed') openedAtMs.delete(key);
          },
        });
        const calls: PromiseWithResolvers<void>[] = [];
        const violations: string[] = [];

        for (const next of steps) {
          if (next.do === 'wait') vi.advanceTimersByTime(next.ms);
          if (next.do === 'settle' && calls.length > 0) {
            const [call] = calls.splice(next.call % calls.length, 1);
            if (next.succeeds) call?.resolve();
            else call?.reject(new Error('down'));
            await vi.advanceTimersByTimeAsync(0);
          }
          if (next.do === 'start') {
            const before = breakers.state(next.key);
            const call = Promise.withResolvers<void>();
            let wasCalled = false;
            const outcome = breakers.execute(next.key, () => {
              wasCalled = true;
              calls.push(call);
              return call.promise;
            });
            const refusal = outcome.then(
              () => undefined,
              (error: unknown) => error,
            );
            const elapsedMs = Date.now() - (openedAtMs.get(next.key) ?? Number.NEGATIVE_INFINITY);
            const mayCall =
              before === 'closed' || (before === 'open' && elapsedMs >= HALF_OPEN_AFTER_MS);
            if (wasCalled !== mayCall)
              violations.push(`${before} for ${elapsedMs} ms: ${wasCalled}`);
            if (!wasCalled && !((await refusal) instanceof BreakerOpenError)) {
              violations.push(`${before}: not refused`);
            }
          }
          const states = KEYS.map(breakers.state);
          const { closed, open, halfOpen } = breakers.counts();
          expect(open).toBe(states.filter((state) => state === 'open').length);
          expect(halfOpen).toBe(states.filter((state) => state === 'half-open').length);
          expect(closed + open + halfOpen).toBeLessThanOrEqual(KEYS.length);
        }
        expect(violations).toEqual([]);
      },
    ),
  );
});
