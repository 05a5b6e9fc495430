import type { CaptureContext } from './context-capture.ts';
import {
  requireBound,
  requireCount,
  requireDuration,
  requireKnown,
  requireType,
} from './check-options.ts';
import type { DeadLetterOf } from './dead-letter.ts';
import type { EventName } from './hooks.ts';
import { type OverloadStrategy, reject, requireStrategy } from './overload.ts';
import type { ErrorReport } from './reporter.ts';

/** One priority. */
export interface LaneOptions<Name extends string = string> {
  readonly name: Name;
  /** Workers that only this lane may use, each with its place in the pool. Default 0. */
  readonly reservedWorkers?: number;
}

/** Options of `createHooks`. Durations are in milliseconds. */
export interface HooksOptions<EventMap extends object, Lane extends string = string> {
  /** Handlers under way at once. Default 10. */
  readonly workers?: number;
  /**
   * Tasks that may wait when all workers are busy; 0 for none, Infinity for no bound. Default
   * `workers x 2`, or more when it takes more to hold one emit to `maxHooksPerEvent` hooks.
   */
  readonly queueSize?: number;
  /** What happens to an emit that does not fit: `waitForRoom(…)` or `buffer(…)`. Default: it is refused. */
  readonly overload?: OverloadStrategy;
  /** The longest a handler may run before its task counts as timed out. Default: no limit. */
  readonly timeoutMs?: number;
  /**
   * Emits that may follow one from another; one more is refused as `chain-too-long`. An emit follows
   * from the handler that makes it before its first `await`, or that it names as its `cause`. Default
   * 1,000, which is far above what is sensible: reaching it usually means a circle of handlers.
   */
  readonly maxChainLength?: number;
  /**
   * Handlers that may go on after their limit with their worker given back. Past that number a
   * worker is kept until its handler settles, so that a broken dependency fills the pool, which
   * then refuses, rather than the memory. Default `workers`; 0 to never give a worker back early.
   */
  readonly maxStrays?: number;
  /** Default 100, which is far above what is sensible: reaching it usually means a leak. */
  readonly maxHooksPerEvent?: number;
  /** Default 10,000. */
  readonly maxHooks?: number;
  /** Priorities, the most important first. Default: one lane named `default`. */
  readonly lanes?: readonly LaneOptions<Lane>[];
  /** The lane of hooks and emits that name none. Default: the last, least important one. */
  readonly defaultLane?: Lane;
  /** How long `close()`, and the end of `await using`, wait for handlers. Default 10,000. */
  readonly closeTimeoutMs?: number;
  /**
   * Keeps the emitter's asynchronous context for its handlers. Without it, handlers run in the
   * context in which the hooks were created.
   */
  readonly captureContext?: CaptureContext;
  /** Makes the ids of emits, when one is asked for. Default `crypto.randomUUID`. */
  readonly createId?: () => string;
  /** Told of everything that a handler threw, and of each time-out. */
  readonly onError?: (error: unknown, report: ErrorReport<EventName<EventMap>, Lane>) => unknown;
  /**
   * Told of each admitted task that failed, timed out, was shed or was given up, and of emits whose
   * refusal nobody looked at.
   */
  readonly onDeadLetter?: (letter: DeadLetterOf<EventMap, Lane>) => unknown;
}

/** Options with every default filled in, and everything checked. */
export interface ResolvedOptions {
  readonly workers: number;
  readonly queueSize: number;
  readonly overload: OverloadStrategy;
  readonly timeoutMs: number;
  readonly maxChainLength: number;
  readonly maxStrays: number;
  readonly maxHooksPerEvent: number;
  readonly maxHooks: number;
  readonly lanes: readonly Required<LaneOptions>[];
  /** Checked against the lanes where these are made. */
  readonly defaultLane: string;
  readonly closeTimeoutMs: number;
  readonly captureContext: CaptureContext | undefined;
  readonly createId: () => string;
}

const hooksOptions = new Set([
  'workers',
  'queueSize',
  'overload',
  'timeoutMs',
  'maxChainLength',
  'maxStrays',
  'maxHooksPerEvent',
  'maxHooks',
  'lanes',
  'defaultLane',
  'closeTimeoutMs',
  'captureContext',
  'createId',
  'onError',
  'onDeadLetter',
] satisfies (keyof HooksOptions<object>)[]);

/** @throws RangeError or TypeError naming the option and the value */
export function resolveOptions<EventMap extends object, Lane extends string>(
  options: HooksOptions<EventMap, Lane>,
): ResolvedOptions {
  requireKnown('createHooks', options, hooksOptions);
  for (const name of ['captureContext', 'createId', 'onError', 'onDeadLetter'] as const) {
    requireType(name, options[name], 'function');
  }
  const workers = requireCount('workers', options.workers ?? 10, 1);
  const lanes = resolveLanes(options.lanes, workers);
  const maxHooksPerEvent = requireBound('maxHooksPerEvent', options.maxHooksPerEvent ?? 100, 1);
  const queueSize = requireBound(
    'queueSize',
    options.queueSize ?? defaultQueueSize(workers, maxHooksPerEvent, lanes),
    0,
  );
  return {
    workers,
    queueSize,
    overload: requireStrategy('overload', options.overload ?? reject),
    timeoutMs: requireDuration('timeoutMs', options.timeoutMs ?? Infinity),
    maxChainLength: requireBound('maxChainLength', options.maxChainLength ?? 1_000, 1),
    maxStrays: requireBound('maxStrays', options.maxStrays ?? workers, 0),
    maxHooksPerEvent,
    maxHooks: requireBound('maxHooks', options.maxHooks ?? 10_000, 1),
    lanes,
    defaultLane: options.defaultLane ?? lanes.at(-1)?.name ?? 'default',
    closeTimeoutMs: requireDuration('closeTimeoutMs', options.closeTimeoutMs ?? 10_000, 0),
    captureContext: options.captureContext,
    createId: options.createId ?? (() => globalThis.crypto.randomUUID()),
  };
}

/**
 * Checks a new size against the lanes of a pool.
 * @throws RangeError naming the option and the value
 */
export function checkSize(
  workers: number,
  queueSize: number,
  lanes: readonly Required<LaneOptions>[],
): void {
  requireCount('workers', workers, 1);
  requireBound('queueSize', queueSize, 0);
  checkReservations(lanes, workers);
}

/** Twice the workers, and room for one emit to as many hooks as an event may have. */
function defaultQueueSize(
  workers: number,
  maxHooksPerEvent: number,
  lanes: readonly Required<LaneOptions>[],
): number {
  if (maxHooksPerEvent === Infinity) return workers * 2;
  const reserved = lanes.reduce((sum, lane) => sum + lane.reservedWorkers, 0);
  return Math.max(workers * 2, maxHooksPerEvent + reserved - workers);
}

const laneOptions = new Set(['name', 'reservedWorkers'] satisfies (keyof LaneOptions)[]);

function resolveLanes(
  lanes: readonly LaneOptions[] | undefined,
  workers: number,
): readonly Required<LaneOptions>[] {
  const resolved = (lanes ?? [{ name: 'default' }]).map((lane) => {
    requireKnown('a lane', lane, laneOptions);
    const { name, reservedWorkers } = lane;
    requireType('lanes.name', name, 'string');
    return {
      name,
      reservedWorkers: requireCount(`lanes.${name}.reservedWorkers`, reservedWorkers ?? 0, 0),
    };
  });
  const names = new Set(resolved.map((lane) => lane.name));
  if (resolved.length === 0 || names.size < resolved.length) {
    throw new RangeError(
      `Failed to read option lanes: [${resolved.map((lane) => lane.name).join(', ')}] ` +
        'is empty or names a lane twice. Name each lane once.',
    );
  }
  checkReservations(resolved, workers);
  return resolved;
}

function checkReservations(lanes: readonly Required<LaneOptions>[], workers: number): void {
  const reserved = lanes.reduce((sum, lane) => sum + lane.reservedWorkers, 0);
  const shared = lanes.some((lane) => lane.reservedWorkers === 0) ? 1 : 0;
  if (reserved + shared <= workers) return;
  throw new RangeError(
    `Failed to read option lanes: ${reserved} of ${workers} workers are reserved, which leaves ` +
      'a lane without any. Reserve fewer, or raise workers.',
  );
}
