import type { CaptureContext } from './context-capture.ts';
import type { DeadLetter, ErrorReport } from './dead-letter.ts';
import type { OverloadStrategy } from './overload.ts';

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
  /** Tasks that may wait when all workers are busy. Default `workers x 2`; 0 for none. */
  readonly queueSize?: number;
  /** What happens to an emit that does not fit. Default `{ strategy: 'reject' }`. */
  readonly overload?: OverloadStrategy;
  /** The longest a handler may run before its task counts as timed out. Default: no limit. */
  readonly timeoutMs?: number;
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
  /** Told of everything that a handler threw, and of each time-out. */
  readonly onError?: (
    error: unknown,
    report: ErrorReport<keyof EventMap & string, Lane>,
  ) => unknown;
  /** Told of each admitted task that failed, timed out, was shed or was given up. */
  readonly onDeadLetter?: (
    letter: DeadLetter<keyof EventMap & string, EventMap[keyof EventMap & string], Lane>,
  ) => unknown;
}

/** Options with every default filled in, and everything checked. */
export interface ResolvedOptions {
  readonly workers: number;
  readonly queueSize: number;
  /** Tasks that fit beyond the queue. */
  readonly bufferSize: number;
  readonly overload: OverloadStrategy;
  readonly maxWaiting: number;
  readonly timeoutMs: number;
  readonly maxStrays: number;
  readonly maxHooksPerEvent: number;
  readonly maxHooks: number;
  readonly lanes: readonly Required<LaneOptions>[];
  readonly defaultLane: string;
  readonly closeTimeoutMs: number;
}

/** @throws RangeError naming the option and the value */
export function resolveOptions<EventMap extends object, Lane extends string>(
  options: HooksOptions<EventMap, Lane>,
): ResolvedOptions {
  const workers = requireCount('workers', options.workers ?? 10, 1);
  const queueSize = requireCount('queueSize', options.queueSize ?? workers * 2, 0);
  const overload = options.overload ?? { strategy: 'reject' };
  const lanes = resolveLanes(options.lanes, workers);
  return {
    workers,
    queueSize,
    bufferSize: resolveBuffer(overload),
    overload,
    maxWaiting: resolveMaxWaiting(overload, queueSize),
    timeoutMs: requireDuration('timeoutMs', options.timeoutMs ?? Infinity),
    maxStrays: requireCount('maxStrays', options.maxStrays ?? workers, 0),
    maxHooksPerEvent: requireCount('maxHooksPerEvent', options.maxHooksPerEvent ?? 100, 1),
    maxHooks: requireCount('maxHooks', options.maxHooks ?? 10_000, 1),
    lanes,
    defaultLane: resolveDefaultLane(options.defaultLane, lanes),
    closeTimeoutMs: requireDuration('closeTimeoutMs', options.closeTimeoutMs ?? 10_000, 0),
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
  requireCount('queueSize', queueSize, 0);
  checkReservations(lanes, workers);
}

/** A duration in milliseconds; Infinity is allowed. */
export function requireDuration(option: string, value: number, least = Number.MIN_VALUE): number {
  if (typeof value === 'number' && value >= least) return value;
  const range = least === 0 ? 'zero or more' : 'more than zero';
  throw new RangeError(
    `Failed to read option ${option}: ${String(value)} is not ${range} milliseconds. ` +
      'Give a number of milliseconds, or leave the option out.',
  );
}

function requireCount(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Failed to read option ${option}: ${String(value)} is not an integer of at least ${least}. ` +
      'Give such a number, or leave the option out.',
  );
}

function resolveBuffer(overload: OverloadStrategy): number {
  if (overload.strategy !== 'buffer') return 0;
  requireOneOf('overload.whenFull', overload.whenFull, ['drop-oldest', 'drop-newest', 'reject']);
  return requireCount('overload.size', overload.size, 1);
}

function resolveMaxWaiting(overload: OverloadStrategy, queueSize: number): number {
  requireOneOf('overload.strategy', overload.strategy, ['reject', 'wait', 'buffer']);
  if (overload.strategy !== 'wait') return 0;
  requireDuration('overload.maxWaitMs', overload.maxWaitMs);
  requireOneOf('overload.bound', overload.bound ?? 'fixed', ['fixed', 'linear', 'exponential']);
  return requireCount('overload.maxWaiting', overload.maxWaiting ?? Math.max(1, queueSize), 1);
}

function requireOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new RangeError(
    `Failed to read option ${option}: "${value}" is unknown. Use one of ${allowed.join(', ')}.`,
  );
}

function resolveLanes(
  lanes: readonly LaneOptions[] | undefined,
  workers: number,
): readonly Required<LaneOptions>[] {
  const resolved = (lanes ?? [{ name: 'default' }]).map(({ name, reservedWorkers }) => ({
    name,
    reservedWorkers: requireCount(`lanes.${name}.reservedWorkers`, reservedWorkers ?? 0, 0),
  }));
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

function resolveDefaultLane(name: string | undefined, lanes: readonly LaneOptions[]): string {
  const last = lanes.at(-1)?.name ?? 'default';
  if (name === undefined || lanes.some((lane) => lane.name === name)) return name ?? last;
  throw new RangeError(
    `Failed to read option defaultLane: "${name}" is not a lane. ` +
      `Use one of ${lanes.map((lane) => lane.name).join(', ')}.`,
  );
}
