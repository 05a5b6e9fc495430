import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBreakers } from './breakers.ts';
import { BreakerOpenError } from '../errors.ts';
import type { FailureThreshold } from './failure-counter.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const KEYS = ['a', 'b', 'c'] as const;
const HALF_OPEN_AFTER_MS = 100;

const step = fc.oneof(
  fc.record({ do: fc.constant('start' as const), key: fc.constantFrom(...KEYS) }),
  fc.record({ do: fc.constant('settle' as const), call: fc.nat(), succeeds: fc.boolean() }),
  fc.record({ do: fc.constant('hang up' as const), call: fc.nat(), listens: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 80 }) }),
);
const threshold = fc.constantFrom<FailureThreshold>(
  { consecutive: 2 },
  { ratio: 0.5, minimumCalls: 2, windowMs: 200 },
);

interface Running {
  readonly key: string;
  readonly call: PromiseWithResolvers<void>;
  readonly caller: AbortController;
}

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
            if (to !== 'half-open') probing.delete(key);
          },
        });
        const calls: Running[] = [];
        /** Who probes each key, as long as its caller waits. */
        const probing = new Map<string, Running>();
        const endsProbe = (ended: Running | undefined): void => {
          if (ended !== undefined && probing.get(ended.key) === ended) probing.delete(ended.key);
        };
        const violations: string[] = [];

        for (const next of steps) {
          if (next.do === 'wait') vi.advanceTimersByTime(next.ms);
          if (next.do === 'settle' && calls.length > 0) {
            const [running] = calls.splice(next.call % calls.length, 1);
            if (next.succeeds) running?.call.resolve();
            else running?.call.reject(new Error('down'));
            await vi.advanceTimersByTimeAsync(0);
            endsProbe(running);
          }
          if (next.do === 'hang up' && calls.length > 0) {
            const running = calls[next.call % calls.length];
            const before = KEYS.map(breakers.state);
            running?.caller.abort();
            if (next.listens) running?.call.reject(running.caller.signal.reason);
            await vi.advanceTimersByTimeAsync(0);
            endsProbe(running);
            if (KEYS.map(breakers.state).join() !== before.join()) violations.push('hung up');
          }
          if (next.do === 'start') {
            const before = breakers.state(next.key);
            const isProbed = probing.has(next.key);
            const running: Running = {
              key: next.key,
              call: Promise.withResolvers<void>(),
              caller: new AbortController(),
            };
            let wasCalled = false;
            const outcome = breakers.execute(
              next.key,
              () => {
                wasCalled = true;
                calls.push(running);
                return running.call.promise;
              },
              running.caller.signal,
            );
            if (wasCalled && before !== 'closed') probing.set(next.key, running);
            const refusal = outcome.then(
              () => undefined,
              (error: unknown) => error,
            );
            const elapsedMs = Date.now() - (openedAtMs.get(next.key) ?? Number.NEGATIVE_INFINITY);
            const mayCall =
              before === 'closed' ||
              (before === 'half-open' && !isProbed) ||
              (before === 'open' && elapsedMs >= HALF_OPEN_AFTER_MS);
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
    { numRuns: 300 },
  );
});
