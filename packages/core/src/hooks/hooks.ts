import type { EmitOptions } from './emit-options.ts';
import type { EmitResult } from './emit-result.ts';
import type { HandlerContext } from './handler-context.ts';
import type { CloseReport, DrainOptions, DrainReport } from './lifecycle.ts';
import type { TaskCounters } from './counters.ts';
import type { PoolResize } from './pool-bounds.ts';

/** The names of an event map: an interface or type whose properties are the events' data. */
export type EventName<EventMap extends object> = keyof EventMap & string;

/**
 * Called with the data of an emit. What it returns is ignored, but a promise is awaited: the task
 * lasts until it settles.
 */
export type Handler<Data, Event extends string = string, Lane extends string = string> = (
  data: Data,
  context: HandlerContext<Event, Lane>,
) => unknown;

/** Options of one hook. */
export interface HookOptions<Lane extends string = string> {
  /** For reports and dead letters. Default: the name of the handler, or `anonymous`. */
  readonly name?: string;
  /** The longest the handler may run, in milliseconds; the global limit holds as well. */
  readonly timeoutMs?: number;
  /** The lane of its tasks, unless the emit names one. */
  readonly lane?: Lane;
  /** Unregisters the hook when it aborts. */
  readonly signal?: AbortSignal;
  /** Whether the handler takes a context. Default: whether it declares a second parameter. */
  readonly context?: boolean;
}

/** A registered hook. `using` unregisters it at the end of the block. */
export interface HookHandle<Event extends string = string> extends Disposable {
  readonly event: Event;
  readonly name: string;
  /** False once unregistered. */
  readonly active: boolean;
  /**
   * From now on its handler is not called: not for waiting emits either, whose tasks are reported
   * as dead letters. Calls under way go on. False when it was unregistered before.
   */
  unregister(): boolean;
}

/**
 * Registration and nothing else. A service keeps its hooks to itself and exposes this, so that
 * others can listen and cannot emit in its name, see its metrics, or close it.
 */
export interface HookRegistry<EventMap extends object, Lane extends string = string> {
  /**
   * @throws HookLimitError when the event, or all events together, have too many hooks, or when the
   * event would have more of them than the pool can hold tasks
   * @throws HooksClosedError after `close()`
   * @throws RangeError or TypeError for bad options
   */
  hook<Event extends EventName<EventMap>>(
    event: Event,
    handler: Handler<EventMap[Event], Event, Lane>,
    options?: HookOptions<Lane>,
  ): HookHandle<Event>;
  /** Hooks registered for an event, or for all. */
  count(event?: EventName<EventMap>): number;
}

/** What follows the event in `emit`: an event without data can be emitted with its name alone. */
export type EmitArguments<Data, Lane extends string> = undefined extends Data
  ? [data?: Data, options?: EmitOptions<Lane>]
  : [Data] extends [void]
    ? [data?: Data, options?: EmitOptions<Lane>]
    : [data: Data, options?: EmitOptions<Lane>];

/** Typed asynchronous hooks over a bounded pool. */
export interface Hooks<EventMap extends object, Lane extends string = string>
  extends HookRegistry<EventMap, Lane>, AsyncDisposable {
  /** To be handed out in place of the hooks. */
  readonly registry: HookRegistry<EventMap, Lane>;
  /**
   * Offers the data to every handler of the event and answers at once. Calls no handler itself,
   * waits for none, and throws nothing that one threw. Either all handlers are admitted or none.
   * @throws RangeError or TypeError for options that make no sense, whether or not anybody listens
   */
  emit<Event extends EventName<EventMap>>(
    event: Event,
    ...args: EmitArguments<EventMap[Event], Lane>
  ): EmitResult;
  /** What has become of all tasks: cheap enough to ask for every emit. `metricsOf` tells the rest. */
  counters(): TaskCounters;
  /**
   * Changes the size of the pool from now on. More workers start waiting tasks at once; fewer
   * interrupt nobody: a worker goes when its handler is over. A shorter queue drops nothing: what has
   * been admitted stays, and emits are refused until they fit; those that wait for room and could
   * never fit any more are refused as `exceeds-capacity`. Defaults that were derived from the
   * first size (`maxStrays`, `overload.maxWaiting`) stay as they are.
   * @throws RangeError naming the option and the value
   */
  resize(size: PoolResize): void;
  /**
   * Unregisters all hooks of one event, or of all events.
   * @returns how many there were
   */
  clear(event?: EventName<EventMap>): number;
  /**
   * Resolves when nothing waits or runs, and the observers have been told of everything. Under
   * steady load that may be never.
   */
  onIdle(): Promise<void>;
  /**
   * Refuses emits until everything that has been admitted is over, then admits again. A limit, or
   * its signal, ends it earlier; nothing is given up then.
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
  /**
   * Refuses emits from now on, lets what has been admitted run, for up to `timeoutMs` (default
   * `closeTimeoutMs`), and reports exactly what it had to give up. Calling it again gives the same
   * promise; a shorter limit then takes over.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<CloseReport>;
}
