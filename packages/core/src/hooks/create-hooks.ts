import { checkHookEvent, requireDuration, requireKnown, requireSignal } from './check-options.ts';
import { type TaskCounters, totalCounters } from './counters.ts';
import type { EmitOptions } from './emit-options.ts';
import type { EmitResult } from './emit-result.ts';
import { HooksClosedError } from './errors.ts';
import type { Hook } from './hook.ts';
import type { HookHandle, HookOptions, Hooks } from './hooks.ts';
import type { CloseReport, DrainOptions, DrainReport } from './lifecycle.ts';
import { type ErasedHandler, makeHook } from './make-hook.ts';
import { checkSize, type HooksOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { assemblePool, type PoolAssembly } from './assemble-pool.ts';
import type { PoolResize } from './pool-bounds.ts';
import { Registry } from './registry.ts';
import type { Observers } from './reporter.ts';

/**
 * Creates typed asynchronous hooks.
 *
 * ```ts
 * import { createHooks } from '@firedrill/core/hooks';
 *
 * interface Events { 'payment.captured': { cents: number }; 'day.closed': void }
 * const hooks = createHooks<Events, 'vip' | 'normal'>({
 *   workers: 20,
 *   timeoutMs: 5_000,
 *   lanes: [{ name: 'vip', reservedWorkers: 2 }, { name: 'normal' }],
 * });
 * ```
 *
 * @throws RangeError or TypeError naming the option and the value that is wrong
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

const closeOptions = new Set(['timeoutMs']);
const drainOptions = new Set(['timeoutMs', 'signal'] satisfies (keyof DrainOptions)[]);
const resizeOptions = new Set(['workers', 'queueSize'] satisfies (keyof PoolResize)[]);

/** The pool of hooks, for what is measured of it; undefined for what `createHooks` has not made. */
export function poolOf(hooks: object): PoolAssembly | undefined {
  return PooledHooks.poolOf(hooks);
}

class PooledHooks {
  static poolOf(hooks: object): PoolAssembly | undefined {
    return #pool in hooks ? hooks.#pool : undefined;
  }

  readonly registry: Readonly<Pick<PooledHooks, 'hook' | 'count'>>;
  readonly #options: ResolvedOptions;
  readonly #hooks: Registry;
  readonly #pool: PoolAssembly;
  readonly #admission: PoolAssembly['admission'];

  constructor(given: ErasedOptions) {
    this.#options = resolveOptions(given);
    this.#hooks = new Registry(this.#options.maxHooks, this.#options.maxHooksPerEvent);
    this.#pool = assemblePool(this.#options, observersOf(given));
    this.#admission = this.#pool.admission;
    this.registry = Object.freeze({
      hook: this.hook.bind(this),
      count: this.count.bind(this),
    });
  }

  hook(event: string, handler: ErasedHandler, options: HookOptions = {}): HookHandle {
    checkHookEvent(event);
    if (this.#admission.refusal === 'closed') throw new HooksClosedError(event);
    const { lanes, places, signals } = this.#pool;
    const hook = makeHook(event, handler, options, lanes, this.#options.timeoutMs);
    this.#hooks.add(hook, (parts) => places.capacityFor(parts));
    const unregister = (): boolean => this.#unregister(hook);
    const { signal } = options;
    if (signal?.aborted === true) unregister();
    else if (signal !== undefined) signals.follow(signal, hook, unregister);
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

  clear(event?: string): number {
    const hooks = this.#hooks.hooksOf(event);
    for (const hook of hooks) this.#unregister(hook);
    return hooks.length;
  }

  count(event?: string): number {
    return event === undefined ? this.#hooks.size : this.#hooks.count(event);
  }

  emit(event: string, data?: unknown, options?: EmitOptions): EmitResult {
    const fanout = this.#hooks.find(event);
    if (fanout === undefined) return this.#admission.offerToNobody(options);
    return this.#admission.offer(fanout, data, options);
  }

  counters(): TaskCounters {
    return totalCounters(this.#pool.lanes.all);
  }

  resize(size: PoolResize): void {
    requireKnown('resize', size, resizeOptions);
    const { size: current, pump, waiting } = this.#pool;
    const { workers = current.workers, queueSize = current.queueSize } = size;
    checkSize(workers, queueSize, this.#options.lanes);
    current.change(workers, queueSize);
    waiting?.refuseOversized();
    pump.wake();
  }

  onIdle(): Promise<void> {
    return this.#pool.lifecycle.onIdle();
  }

  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    requireKnown('drain', options, drainOptions);
    const { timeoutMs = Infinity, signal } = options;
    requireSignal('signal', signal);
    return this.#pool.lifecycle.drain(requireDuration('timeoutMs', timeoutMs, 0), signal);
  }

  close(options: { readonly timeoutMs?: number } = {}): Promise<CloseReport> {
    requireKnown('close', options, closeOptions);
    const { timeoutMs = this.#options.closeTimeoutMs } = options;
    return this.#pool.lifecycle.close(requireDuration('timeoutMs', timeoutMs, 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #unregister(hook: Hook): boolean {
    if (!this.#hooks.remove(hook)) return false;
    const { signals, departures } = this.#pool;
    signals.forget(hook.signal, hook);
    departures.add(hook);
    return true;
  }
}

function observersOf({ onError, onDeadLetter }: ErasedOptions): Observers {
  return { onError, onDeadLetter };
}
