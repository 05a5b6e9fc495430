/* oxlint-disable vitest/no-conditional-expect -- each step of a random program has its own */
import { getEventListeners } from 'node:events';
import process from 'node:process';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  buffer,
  createHooks,
  type DeadLetterOf,
  type EmitResult,
  type HandlerContext,
  type HookHandle,
  type HookOptions,
  type Hooks,
  metricsOf,
  type OverloadStrategy,
  type TaskCounters,
  waitForRoom,
} from './index.ts';
import { reject as refuse } from './overload.ts';

// 10,000 programs take a few minutes:
// HOOKS_PROGRAMS=10000 pnpm --filter @firedrill/core exec vitest run random-programs
const programs = Number(process.env['HOOKS_PROGRAMS'] ?? 200);

const ways = [
  'sync',
  'throw',
  'async',
  'slow',
  'reject',
  'obey',
  'never',
  'emit',
  'later',
] as const;
type Ending = (typeof ways)[number];
interface Payload {
  readonly n: number;
  readonly how: Ending;
}
interface Events {
  a: Payload;
  b: Payload;
}
type Lane = 'high' | 'middle' | 'low';

const laneNames = ['high', 'middle', 'low'] as const;
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const event = fc.constantFrom('a' as const, 'b' as const);
const lane = maybe(fc.constantFrom(...laneNames));

const step = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('emit' as const),
      event,
      times: fc.integer({ min: 1, max: 12 }),
      how: fc.constantFrom(...ways),
      lane,
      key: maybe(fc.integer({ min: 0, max: 2 })),
      timeoutMs: maybe(fc.constantFrom(-1, 0, 1, 5, 20, 40, Infinity)),
      signal: maybe(fc.nat(2)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('hook' as const),
      event,
      lane,
      signal: maybe(fc.nat(2)),
    }),
  },
  fc.record({ do: fc.constant('unhook' as const), at: fc.nat(10) }),
  fc.record({ do: fc.constant('clear' as const), event: maybe(event) }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('time' as const), ms: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'microtask' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), signal: fc.nat(2) }) },
  fc.record({
    do: fc.constant('drain' as const),
    timeoutMs: maybe(fc.nat(20)),
    signal: maybe(fc.nat(2)),
  }),
  fc.record({
    do: fc.constant('resize' as const),
    workers: maybe(fc.integer({ min: 3, max: 6 })),
    queueSize: maybe(fc.nat(12)),
  }),
);

const size = fc.integer({ min: 1, max: 6 });
const wait = fc
  .record({
    maxWaitMs: fc.constantFrom(1, 10, 50, Infinity),
    bound: fc.constantFrom('fixed' as const, 'linear' as const, 'exponential' as const),
    maxWaiting: fc.integer({ min: 1, max: 8 }),
  })
  .map(waitForRoom);
const drop = fc.constantFrom('drop-oldest' as const, 'drop-newest' as const, 'reject' as const);
const overload: fc.Arbitrary<OverloadStrategy> = fc.oneof(
  fc.constant(refuse),
  wait,
  fc.record({ size, whenFull: drop }).map(buffer),
  fc.record({ size, whenFull: wait }).map(buffer),
);

const settings = fc.record({
  workers: fc.integer({ min: 3, max: 5 }),
  queueSize: fc.integer({ min: 0, max: 12 }),
  timeoutMs: fc.constantFrom(15, 1_000, Infinity),
  maxStrays: fc.nat(3),
  maxChainLength: fc.constantFrom(3, 1_000),
  lanes: fc.constantFrom(
    [{ name: 'high' as const }, { name: 'middle' as const }, { name: 'low' as const }],
    [
      { name: 'high' as const, reservedWorkers: 1 },
      { name: 'middle' as const },
      { name: 'low' as const },
    ],
  ),
  overload,
});

function balance(counters: TaskCounters): number {
  const { admitted, processed, failed, timedOut, shed, abandoned, waiting, running } = counters;
  return admitted - (processed + failed + timedOut + shed + abandoned + waiting + running);
}

/** What is known of the hooks of a program from outside. */
class Witness {
  readonly starts = new Map<string, number>();
  readonly ends = new Map<string, number>();
  readonly letters: DeadLetterOf<Events, Lane>[] = [];
  errors = 0;
  /** Started tasks of each hook and key, in the order of their starts. */
  readonly order = new Map<string, number[]>();
  /** Tasks of each hook and key that run, but for those that ignore their signal. */
  readonly running = new Map<string, number>();
  overlaps = 0;
  emits = 0;
  handlers = 0;

  handler(hooks: () => Hooks<Events, Lane>) {
    const hook = this.handlers++;
    return (payload: Payload, context: HandlerContext<'a' | 'b', Lane>): unknown => {
      const { n, how } = payload;
      const task = `${hook}:${n}`;
      this.starts.set(task, (this.starts.get(task) ?? 0) + 1);
      const line = `${hook}:${String(context.key)}`;
      if (context.key === undefined) return this.run(how, hooks(), payload, context);
      this.order.set(line, [...(this.order.get(line) ?? []), n]);
      if ((this.running.get(line) ?? 0) > 0) this.overlaps++;
      const result = this.run(how, hooks(), payload, context);
      // A handler that goes on after its limit is the only one that may overlap its successor.
      if (!(result instanceof Promise) || how === 'never' || how === 'slow') return result;
      this.running.set(line, (this.running.get(line) ?? 0) + 1);
      return result.finally(() => this.running.set(line, (this.running.get(line) ?? 0) - 1));
    };
  }

  private run(
    how: Ending,
    hooks: Hooks<Events, Lane>,
    { n }: Payload,
    context: HandlerContext<'a' | 'b', Lane>,
  ): unknown {
    const follow = (): EmitResult => {
      const payload: Payload = { n: this.emits++, how: n % 2 === 0 ? 'emit' : 'sync' };
      return hooks.emit('b', payload, { cause: context, key: context.key });
    };
    const endings: Record<Ending, () => unknown> = {
      sync: () => n,
      throw: () => {
        throw new Error('sync');
      },
      async: () => Promise.resolve(n),
      slow: () => new Promise((resolve) => setTimeout(resolve, 10)),
      reject: () => Promise.reject(new Error('async')),
      obey: () =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, 25);
          const stop = (): void => {
            clearTimeout(timer);
            reject(new Error('stopped'));
          };
          if (context.signal.aborted) stop();
          else context.signal.addEventListener('abort', stop);
        }),
      never: () => new Promise(() => undefined),
      emit: () => void follow(),
      later: () => Promise.resolve().then(() => void follow()),
    };
    return endings[how]();
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('random programs', () => {
  test('keep the order of each key, write one letter a task, and count everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.nat(2),
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 25, 10_000),
        async (options, hooksBefore, program, closeAfterMs) => {
          const witness = new Witness();
          const hooks: Hooks<Events, Lane> = createHooks<Events, Lane>({
            ...options,
            onDeadLetter: (letter) => witness.letters.push(letter),
            onError: () => witness.errors++,
          });
          let largest = metricsOf(hooks).capacity;
          let most = options.workers;
          const check = (): void => {
            const metrics = metricsOf(hooks);
            expect(balance(metrics)).toBe(0);
            for (const counted of metrics.lanes) expect(balance(counted)).toBe(0);
            expect(metrics.busyWorkers).toBeLessThanOrEqual(most);
            const placed = metrics.waiting - metrics.parked + metrics.busyWorkers;
            expect(placed).toBeLessThanOrEqual(largest + most);
            expect(metrics.parked).toBeLessThanOrEqual(2 * largest);
            const { waiting, running, parked, strays, heldWorkers, waitingEmits } = metrics;
            for (const count of [waiting, running, parked, strays, heldWorkers, waitingEmits]) {
              expect(count).toBeGreaterThanOrEqual(0);
            }
            expect(metrics.poolFailures).toBe(0);
          };
          const register = (to: 'a' | 'b', given: HookOptions<Lane>): HookHandle | undefined => {
            // One more than the pool can hold would be refused.
            if (hooks.registry.count(to) + 1 >= metricsOf(hooks).capacity) return undefined;
            const name = String(witness.handlers);
            return hooks.hook(
              to,
              witness.handler(() => hooks),
              { name, ...given },
            );
          };
          const handles: { handle: HookHandle; signal?: AbortSignal }[] = [];
          for (let i = 0; i < hooksBefore; i++) {
            for (const to of ['a', 'b'] as const) {
              const handle = register(to, {});
              if (handle !== undefined) handles.push({ handle });
            }
          }
          let signals = Array.from({ length: 3 }, () => new AbortController());
          const used = new Set<AbortSignal>();
          const signalAt = (at: number | undefined): { signal?: AbortSignal } => {
            const signal = at === undefined ? undefined : signals[at]?.signal;
            if (signal === undefined) return {};
            used.add(signal);
            return { signal };
          };
          const results: { n: number; width: number; result: EmitResult }[] = [];
          const drains: Promise<unknown>[] = [];
          for (const command of program) {
            switch (command.do) {
              case 'emit': {
                const { how, times, key, timeoutMs } = command;
                const limit = timeoutMs === undefined ? {} : { timeoutMs };
                const lanes = command.lane === undefined ? {} : { lane: command.lane };
                for (let i = 0; i < times; i++) {
                  const n = witness.emits++;
                  const before = hooks.counters();
                  const given = { key, ...limit, ...lanes, ...signalAt(command.signal) };
                  const result = hooks.emit(command.event, { n, how }, given);
                  const after = hooks.counters();
                  const width = hooks.registry.count(command.event);
                  // All or nothing, and never both.
                  const isIn = result.status === 'admitted';
                  const isOut = result.status === 'refused';
                  expect(after.admitted - before.admitted).toBe(isIn ? width : 0);
                  expect(after.rejected - before.rejected).toBe(isOut ? width : 0);
                  results.push({ n, width, result });
                }
                break;
              }
              case 'hook': {
                const { signal } = signalAt(command.signal);
                const follows = signal === undefined ? {} : { signal };
                const lanes = command.lane === undefined ? {} : { lane: command.lane };
                const handle = register(command.event, { ...lanes, ...follows });
                if (handle !== undefined) handles.push({ handle, ...follows });
                break;
              }
              case 'unhook':
                handles[command.at]?.handle.unregister();
                break;
              case 'clear':
                hooks.clear(command.event);
                break;
              case 'time':
                await vi.advanceTimersByTimeAsync(command.ms);
                break;
              case 'microtask':
                await Promise.resolve();
                break;
              case 'abort':
                signals[command.signal]?.abort(new Error('cancelled'));
                signals = signals.with(command.signal, new AbortController());
                break;
              case 'drain': {
                const limit =
                  command.timeoutMs === undefined ? {} : { timeoutMs: command.timeoutMs };
                drains.push(hooks.drain({ ...limit, ...signalAt(command.signal) }));
                break;
              }
              case 'resize': {
                const { workers, queueSize } = command;
                hooks.resize({
                  ...(workers === undefined ? {} : { workers }),
                  ...(queueSize === undefined ? {} : { queueSize }),
                });
                largest = Math.max(largest, metricsOf(hooks).capacity);
                most = Math.max(most, metricsOf(hooks).workers);
                break;
              }
            }
            check();
          }
          const isEndless = program.some(
            (command) => command.do === 'emit' && command.how === 'never',
          );
          if (!isEndless) {
            // Whatever has been let in comes to an end by itself: nothing is forgotten.
            await vi.advanceTimersByTimeAsync(25 * 4 * (witness.emits + 10) + 2_000);
            expect(hooks.counters()).toMatchObject({ waiting: 0, running: 0 });
            const { waitingEmits } = metricsOf(hooks);
            for (const signal of used) {
              const isFollowed = handles.some(
                (hook) => hook.handle.active && hook.signal === signal,
              );
              const listeners = getEventListeners(signal, 'abort').length;
              expect(listeners).toBeLessThanOrEqual(isFollowed || waitingEmits > 0 ? 1 : 0);
            }
          }
          const closed = hooks.close({ timeoutMs: closeAfterMs });
          await vi.advanceTimersByTimeAsync(closeAfterMs + 2);
          const report = await closed;
          await vi.advanceTimersByTimeAsync(2);
          await Promise.all(drains);
          check();

          const end = metricsOf(hooks);
          expect(end).toMatchObject({ waiting: 0, running: 0, waitingEmits: 0, parked: 0 });
          for (const signal of used) expect(getEventListeners(signal, 'abort')).toEqual([]);
          const ofReason = (...reasons: string[]): number =>
            witness.letters.filter(({ reason }) => reasons.includes(reason)).length;
          expect(ofReason('failed')).toBe(end.failed);
          expect(ofReason('timed-out')).toBe(end.timedOut);
          expect(ofReason('shed')).toBe(end.shed);
          expect(ofReason('abandoned', 'unregistered', 'cancelled')).toBe(end.abandoned);
          expect(report.abandoned).toHaveLength(ofReason('abandoned'));
          expect(report.refused.length).toBeLessThanOrEqual(ofReason('refused'));
          expect(witness.errors).toBe(end.failed + end.timedOut);

          const lettersOf = new Map<string, number>();
          for (const letter of witness.letters) {
            const { n } = letter.data;
            const task = `${letter.hook}:${n}`;
            lettersOf.set(task, (lettersOf.get(task) ?? 0) + 1);
            expect(witness.starts.has(task)).toBe(letter.started);
          }
          expect(Math.max(0, ...lettersOf.values())).toBeLessThanOrEqual(1);
          expect(Math.max(0, ...witness.starts.values())).toBeLessThanOrEqual(1);
          for (const { n, result } of results) {
            const outcome = await result.settled;
            if (outcome.status === 'admitted') continue;
            // Of a refused emit nothing is ever heard.
            for (const task of [...witness.starts.keys(), ...lettersOf.keys()]) {
              expect(task.endsWith(`:${n}`)).toBe(false);
            }
          }
          for (const order of witness.order.values()) {
            expect(order).toEqual(order.toSorted((x, y) => x - y));
          }
          expect(witness.overlaps).toBe(0);
        },
      ),
      { numRuns: programs },
    );
  }, 0);
});
