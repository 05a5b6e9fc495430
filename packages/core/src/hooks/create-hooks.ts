import { Admission } from './admission.ts';
import { Alarm } from './alarm.ts';
import { CoarseClock } from './coarse-clock.ts';
import { type DeadLetter, type ErrorReport, Reporter } from './dead-letter.ts';
import { admitted, type EmitResult, refused } from './emit-result.ts';
import type { EmitOptions } from './emit-options.ts';
import { HooksClosedError } from './errors.ts';
import type { HookHandle, HookOptions, Hooks } from './hooks.ts';
import { GiveUp } from './give-up.ts';
import { KeyOrder } from './key-order.ts';
import { Lanes } from './lanes.ts';
import { type CloseReport, Lifecycle } from './lifecycle.ts';
import { type ErasedHandler, makeHook } from './make-hook.ts';
import {
  type HooksMetrics,
  strayMetrics,
  type TaskCounters,
  totalCounters,
  totals,
} from './metrics.ts';
import {
  checkSize,
  type HooksOptions,
  requireDuration,
  type ResolvedOptions,
  resolveOptions,
} from './options.ts';
import { Pool } from './pool.ts';
import { type PoolResize, PoolSize } from './pool-size.ts';
import { Pump } from './pump.ts';
import { Registry } from './registry.ts';
import type { Slot } from './slot.ts';
import { Strays } from './strays.ts';
import { TimeLimits } from './time-limits.ts';
import { TurnBudget } from './turn-budget.ts';

/**
 * Creates typed asynchronous hooks.
 *
 * ```ts
 * interface Events { 'payment.captured': Payment; 'day.closed': void }
 * const hooks = createHooks<Events, 'vip' | 'normal'>({
 *   workers: 20,
 *   timeoutMs: 5_000,
 *   lanes: [{ name: 'vip', reservedWorkers: 2 }, { name: 'normal' }],
 * });
 * ```
 *
 * @throws RangeError naming the option and the value that is wrong
 */
export function createHooks<EventMap extends object, Lane extends string = string>(
  options: HooksOptions<EventMap, Lane> = {},
): Hooks<EventMap, Lane> {
  // Everything behind this line knows nothing of the event map, which is a matter of types alone.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- erased here, once
  const erased = options as unknown as ErasedOptions;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- and given back here, once
  return new PooledHooks(erased) as unknown as Hooks<EventMap, Lane>;
}

type ErasedOptions = HooksOptions<Record<string, unknown>>;

class PooledHooks {
  readonly registry: Readonly<Pick<PooledHooks, 'hook' | 'count'>>;
  readonly #options: ResolvedOptions;
  readonly #size: PoolSize;
  readonly #pump: Pump;
  readonly #lanes: Lanes;
  readonly #hooks: Registry;
  readonly #reporter: Reporter;
  readonly #strays: Strays;
  readonly #admission: Admission;
  readonly #lifecycle: Lifecycle;

  constructor(given: ErasedOptions) {
    const options = resolveOptions(given);
    const lanes = new Lanes(options);
    const size = new PoolSize(options);
    const clock = new CoarseClock();
    const slots: Slot[] = [];
    const keys = new KeyOrder();
    const strays = new Strays(options.maxStrays);
    const reporter = new Reporter(observersOf(given));
    const alarm = new Alarm(() => {
      const now = clock.read();
      giveUp.expire(now);
      lifecycle.onAlarm(now);
      pump.wake();
    });
    const limits = new TimeLimits(slots, clock, alarm);
    const pump = new Pump(clock, () => {
      const began = clock.now;
      budget.beginPass();
      do {
        admission.admitWaiting();
        pool.startTasks();
      } while (!budget.isResting && admission.admitWaiting());
      budget.endPass();
      pool.clearIdle();
      limits.afterPass(began);
      if (admission.room.size > 0) alarm.setFor(admission.room.earliest, clock.now);
      reporter.flush();
      if (lifecycle.isIdle) {
        limits.reset();
        lifecycle.onPassIdle();
      }
    });
    const wake = (): void => pump.wake();
    const budget = new TurnBudget(clock, wake);
    const giveUp = new GiveUp({ reporter, limits, keys, strays, pump });
    const pool = new Pool({
      giveUp,
      pump,
      size,
      lanes,
      clock,
      reporter,
      budget,
      limits,
      keys,
      strays,
      slots,
    });
    const admission = new Admission(
      options,
      size,
      lanes,
      clock,
      pump,
      reporter,
      given.captureContext,
    );
    const lifecycle = new Lifecycle({
      admission,
      giveUp,
      lanes,
      keys,
      slots,
      strays,
      alarm,
      wake,
    });

    this.#options = options;
    this.#size = size;
    this.#pump = pump;
    this.#lanes = lanes;
    this.#hooks = new Registry(options.maxHooks, options.maxHooksPerEvent);
    this.#reporter = reporter;
    this.#strays = strays;
    this.#admission = admission;
    this.#lifecycle = lifecycle;
    this.registry = Object.freeze({
      hook: this.hook.bind(this),
      count: this.count.bind(this),
    });
  }

  hook(event: string, handler: ErasedHandler, options: HookOptions = {}): HookHandle {
    if (this.#admission.refusal === 'closed') throw new HooksClosedError(event);
    const { signal } = options;
    const hook = makeHook(event, handler, options, this.#lanes, this.#options.timeoutMs);
    const registry = this.#hooks;
    const unregister = (): boolean => {
      signal?.removeEventListener('abort', unregister);
      return registry.remove(hook);
    };
    registry.add(hook);
    if (signal?.aborted === true) unregister();
    else signal?.addEventListener('abort', unregister, { once: true });
    return {
      event,
      name: hook.name,
      get active() {
        return hook.active;
      },
      unregister,
      [Symbol.dispose]: () => void unregister(),
    };
  }

  count(event?: string): number {
    return event === undefined ? this.#hooks.size : this.#hooks.count(event);
  }

  emit(event: string, data?: unknown, options?: EmitOptions): EmitResult {
    const fanout = this.#hooks.find(event);
    if (fanout !== undefined) return this.#admission.offer(fanout, data, options);
    const { refusal } = this.#admission;
    return refusal === undefined ? admitted : refused[refusal];
  }

  counters(): TaskCounters {
    return totalCounters(this.#lanes.all);
  }

  metrics(): HooksMetrics {
    return {
      ...totals(this.#lanes.all),
      ...strayMetrics(this.#strays),
      workers: this.#size.workers,
      capacity: this.#size.capacity,
      waitingEmits: this.#admission.room.size,
      hooks: this.#hooks.size,
      observerFailures: this.#reporter.observerFailures,
    };
  }

  resize({ workers, queueSize }: PoolResize): void {
    const next = {
      workers: workers ?? this.#size.workers,
      queueSize: queueSize ?? this.#size.queueSize,
    };
    checkSize(next.workers, next.queueSize, this.#options.lanes);
    this.#size.change(next.workers, next.queueSize);
    this.#pump.wake();
  }

  onIdle(): Promise<void> {
    return this.#lifecycle.onIdle();
  }

  drain(): Promise<void> {
    return this.#lifecycle.drain();
  }

  close({ timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<CloseReport> {
    const limitMs = timeoutMs ?? this.#options.closeTimeoutMs;
    return this.#lifecycle.close(requireDuration('timeoutMs', limitMs, 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function observersOf({ onError, onDeadLetter }: ErasedOptions): {
  onError: ((error: unknown, report: ErrorReport) => unknown) | undefined;
  onDeadLetter: ((letter: DeadLetter) => unknown) | undefined;
} {
  return { onError, onDeadLetter };
}
