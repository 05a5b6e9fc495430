/* oxlint-disable vitest/no-conditional-expect -- each step of a random program has its own */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHooks, type HookHandle, type HooksOptions, type TaskCounters } from './index.ts';

interface Events {
  a: number;
  b: number;
}
type Lane = 'high' | 'low';

const behaviour = fc.constantFrom('sync', 'throw', 'async', 'slow', 'reject', 'never', 'emit');

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('emit' as const),
      event: fc.constantFrom('a' as const, 'b' as const),
      times: fc.integer({ min: 1, max: 12 }),
      lane: fc.option(fc.constantFrom('high' as const, 'low' as const), { nil: undefined }),
      key: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
      timeoutMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hook' as const),
      event: fc.constantFrom('a' as const, 'b' as const),
      how: behaviour,
      lane: fc.option(fc.constantFrom('high' as const, 'low' as const), { nil: undefined }),
    }),
  },
  fc.record({ do: fc.constant('unhook' as const), at: fc.nat(10) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('time' as const), ms: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'microtask' as const }) },
  fc.constant({ do: 'drain' as const }),
);

const overload: fc.Arbitrary<NonNullable<HooksOptions<Events>['overload']>> = fc.oneof(
  fc.constant({ strategy: 'reject' as const }),
  fc.record({
    strategy: fc.constant('wait' as const),
    maxWaitMs: fc.integer({ min: 1, max: 50 }),
    bound: fc.constantFrom('fixed' as const, 'linear' as const, 'exponential' as const),
    maxWaiting: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    strategy: fc.constant('buffer' as const),
    size: fc.integer({ min: 1, max: 6 }),
    whenFull: fc.constantFrom('drop-oldest' as const, 'drop-newest' as const, 'reject' as const),
  }),
);

const settings = fc.record({
  workers: fc.integer({ min: 2, max: 5 }),
  queueSize: fc.integer({ min: 0, max: 12 }),
  timeoutMs: fc.constantFrom(15, 1_000, Infinity),
  maxStrays: fc.nat(3),
  reserved: fc.nat(1),
  overload,
});

function balance(counters: TaskCounters): number {
  const { admitted, processed, failed, timedOut, shed, abandoned, waiting, running } = counters;
  return admitted - (processed + failed + timedOut + shed + abandoned + waiting + running);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the counters', () => {
  test('always add up, in every lane, and match what the observers were told', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 25, 10_000),
        async ({ reserved, ...options }, program, closeAfterMs) => {
          const letters = { failed: 0, 'timed-out': 0, shed: 0, unregistered: 0, abandoned: 0 };
          let begun = 0;
          let errors = 0;
          let most = 0;
          const hooks = createHooks<Events, Lane>({
            ...options,
            lanes: [{ name: 'high', reservedWorkers: reserved }, { name: 'low' }],
            onDeadLetter: (letter) => letters[letter.reason]++,
            onError: () => errors++,
          });
          const check = (): void => {
            const metrics = hooks.metrics();
            expect(balance(metrics)).toBe(0);
            for (const lane of metrics.lanes) expect(balance(lane)).toBe(0);
            expect(metrics.busyWorkers).toBeLessThanOrEqual(metrics.workers);
            expect(metrics.waiting + metrics.busyWorkers).toBeLessThanOrEqual(metrics.capacity);
            expect(
              Math.min(metrics.waiting, metrics.running, metrics.strays),
            ).toBeGreaterThanOrEqual(0);
            most = Math.max(most, metrics.running);
          };
          const handlers = {
            sync: () => check(),
            throw: () => {
              throw new Error('sync');
            },
            async: async () => check(),
            slow: () => new Promise((resolve) => setTimeout(resolve, 10)),
            reject: async () => {
              await Promise.resolve();
              throw new Error('async');
            },
            never: () => new Promise(() => undefined),
            emit: (n: number) => n < 3 && hooks.emit('b', n + 1),
          };
          const handles: HookHandle[] = [];
          for (const command of program) {
            if (command.do === 'emit') {
              const { event, times, lane, key, timeoutMs } = command;
              const limits = timeoutMs === undefined ? {} : { timeoutMs };
              const lanes = lane === undefined ? {} : { lane };
              for (let i = 0; i < times; i++) {
                const before = hooks.metrics();
                const result = hooks.emit(event, i, { key, ...limits, ...lanes });
                const after = hooks.metrics();
                // All or nothing, and never both.
                const width = hooks.registry.count(event);
                if (result.status === 'admitted')
                  expect(after.admitted - before.admitted).toBe(width);
                else expect(after.admitted).toBe(before.admitted);
                if (result.status === 'refused')
                  expect(after.rejected - before.rejected).toBe(width);
                else expect(after.rejected).toBe(before.rejected);
              }
            } else if (command.do === 'hook') {
              const { event, how, lane } = command;
              const handler = (n: number): unknown => {
                begun++;
                return handlers[how](n);
              };
              handles.push(hooks.hook(event, handler, lane === undefined ? {} : { lane }));
            } else if (command.do === 'unhook') {
              handles[command.at]?.unregister();
            } else if (command.do === 'time') {
              await vi.advanceTimersByTimeAsync(command.ms);
            } else if (command.do === 'microtask') {
              await Promise.resolve();
            } else {
              void hooks.drain();
            }
            check();
          }
          const closed = hooks.close({ timeoutMs: closeAfterMs });
          await vi.advanceTimersByTimeAsync(closeAfterMs + 1);
          const report = await closed;
          await vi.advanceTimersByTimeAsync(1);
          check();
          const end = hooks.metrics();
          expect({ waiting: end.waiting, running: end.running }).toEqual({
            waiting: 0,
            running: 0,
          });
          expect(letters.failed).toBe(end.failed);
          expect(letters['timed-out']).toBe(end.timedOut);
          expect(letters.shed).toBe(end.shed);
          expect(letters.abandoned + letters.unregistered).toBe(end.abandoned);
          expect(report.abandoned).toHaveLength(letters.abandoned);
          expect(errors).toBe(end.failed + end.timedOut);
          expect(begun).toBeLessThanOrEqual(end.admitted);
          expect(most).toBeLessThanOrEqual(options.workers);
          expect(end.strays - end.heldWorkers).toBeLessThanOrEqual(
            options.maxStrays + report.abandoned.length,
          );
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
