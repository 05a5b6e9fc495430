import type { CoarseClock } from './coarse-clock.ts';
import type { CaptureContext } from './context-capture.ts';
import { type Reporter, unstartedLetter } from './dead-letter.ts';
import { admitted, type EmitResult, refused } from './emit-result.ts';
import type { EmitOptions } from './emit-options.ts';
import type { Task } from './emit-queue.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason } from './errors.ts';
import type { Fanout, FanoutPart } from './fanout.ts';
import { freePlaces, type Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { requireDuration, type ResolvedOptions } from './options.ts';
import { waitBoundMs } from './overload.ts';
import type { PoolSize } from './pool-size.ts';
import type { Pump } from './pump.ts';
import { WaitingEmit, WaitingRoom } from './waiting-room.ts';

/**
 * Decides, at the moment of the emit, whether all of its tasks fit into the pool: running and
 * waiting tasks together may fill `workers + queueSize` places (plus the buffer). All or nothing:
 * no emit is ever admitted in part.
 *
 * When an emit does not fit, less important lanes are shed, the least important first and its newest
 * emits first, but only if that makes enough room. What is left is up to the overload strategy.
 */
export class Admission {
  #refusal: 'draining' | 'closed' | undefined;
  /** The lane of every emit that asks for nothing special: the only one, while it is open. */
  #plainLane: Lane | undefined;
  readonly room: WaitingRoom;
  readonly #options: ResolvedOptions;
  readonly #lanes: Lanes;
  readonly #clock: CoarseClock;
  readonly #pump: Pump;
  readonly #reporter: Reporter;
  readonly #captureContext: CaptureContext | undefined;
  readonly #size: PoolSize;

  constructor(
    options: ResolvedOptions,
    size: PoolSize,
    lanes: Lanes,
    clock: CoarseClock,
    pump: Pump,
    reporter: Reporter,
    captureContext: CaptureContext | undefined,
  ) {
    this.room = new WaitingRoom(lanes.all.length);
    this.#options = options;
    this.#lanes = lanes;
    this.#clock = clock;
    this.#pump = pump;
    this.#reporter = reporter;
    this.#captureContext = captureContext;
    this.#size = size;
    this.refusal = undefined;
  }

  /** While set, every emit is refused for this reason. */
  get refusal(): 'draining' | 'closed' | undefined {
    return this.#refusal;
  }

  set refusal(reason: 'draining' | 'closed' | undefined) {
    this.#refusal = reason;
    const isPlain = reason === undefined && this.#captureContext === undefined;
    this.#plainLane = isPlain ? this.#lanes.single : undefined;
  }

  offer(fanout: Fanout, data: unknown, options: EmitOptions | undefined): EmitResult {
    const lane = this.#plainLane;
    if (lane === undefined || options !== undefined || this.room.size > 0) {
      return this.#offerWith(fanout, data, options);
    }
    const { hooks } = fanout;
    if (lane.waiting + lane.occupied + hooks.length > this.#size.capacity) {
      return this.#overloaded(fanout.parts, data, undefined, hooks.length);
    }
    // The first emit of a synchronous burst has the clock read, for all of it.
    this.#pump.wake();
    lane.admitted += hooks.length;
    lane.queue.push(hooks, data, this.#clock.now);
    return admitted;
  }

  /** Lets waiting emits in while they fit; whether any was let in. */
  admitWaiting(): boolean {
    if (this.room.size === 0) return false;
    return this.room.admit((emit) => {
      const parts = WaitingEmit.parts(emit);
      if (!this.#makeRoom(parts, taskCount(parts))) return false;
      const { data, envelope } = WaitingEmit.content(emit);
      this.#enqueue(parts, data, envelope);
      return true;
    });
  }

  /** Refuses every waiting emit whose wait ends at or before `now`. */
  refuseWaiting(now: number, reason: RefusalReason): void {
    if (this.room.size === 0) return;
    for (const emit of this.room.refuseUntil(now, reason)) countRejected(WaitingEmit.parts(emit));
  }

  #offerWith(fanout: Fanout, data: unknown, options: EmitOptions | undefined): EmitResult {
    const lane = options?.lane === undefined ? undefined : this.#lanes.named(options.lane);
    const parts = fanout.partsIn(lane);
    const envelope = this.#seal(options);
    if (this.#refusal !== undefined) {
      countRejected(parts);
      return refused[this.#refusal];
    }
    const tasks = fanout.hooks.length;
    if (this.room.isBlocked(rankOf(parts)) || !this.#makeRoom(parts, tasks)) {
      return this.#overloaded(parts, data, envelope, tasks);
    }
    this.#pump.wake();
    this.#enqueue(parts, data, envelope);
    return admitted;
  }

  #seal(options: EmitOptions | undefined): Envelope | undefined {
    const runInContext = this.#captureContext?.();
    const key = options?.key;
    const timeoutMs = options?.timeoutMs;
    if (key === undefined && timeoutMs === undefined && runInContext === undefined)
      return undefined;
    // A limit of the emit starts now, not when the burst began: it asks for the time itself.
    const deadline =
      timeoutMs === undefined
        ? Infinity
        : performance.now() + requireDuration('timeoutMs', timeoutMs);
    return { key, deadline, runInContext };
  }

  #enqueue(parts: readonly FanoutPart[], data: unknown, envelope: Envelope | undefined): void {
    for (const { lane, hooks } of parts) {
      lane.admitted += hooks.length;
      lane.queue.push(hooks, data, this.#clock.now, envelope);
    }
  }

  #overloaded(
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    tasks: number,
  ): EmitResult {
    const { overload, maxWaiting } = this.#options;
    if (tasks > this.#capacityFor(parts)) return refuse(parts, 'exceeds-capacity');
    if (overload.strategy === 'wait') {
      if (this.room.size >= maxWaiting) return refuse(parts, 'queue-full');
      const crowd = this.room.size / maxWaiting;
      const bound = waitBoundMs[overload.bound ?? 'fixed'](overload.maxWaitMs, crowd);
      const expiresAt = Math.min(performance.now() + bound, envelope?.deadline ?? Infinity);
      const emit = new WaitingEmit(parts, data, envelope, expiresAt);
      this.room.enter(emit, rankOf(parts));
      this.#pump.wake();
      return emit;
    }
    if (overload.strategy === 'buffer' && overload.whenFull !== 'reject') {
      if (this.#makeRoom(parts, tasks, overload.whenFull)) {
        this.#pump.wake();
        this.#enqueue(parts, data, envelope);
        return admitted;
      }
    }
    return refuse(parts, 'queue-full');
  }

  /** The most tasks that could ever fit, with the pool empty. */
  #capacityFor(parts: readonly FanoutPart[]): number {
    let capacity = this.#size.capacity;
    for (const lane of this.#lanes.all) {
      if (!parts.some((part) => part.lane === lane)) capacity -= lane.reserved;
    }
    return capacity;
  }

  /**
   * Sees to it that `tasks` fit, by shedding lanes below those of the emit, and, with `drop`, the
   * lanes of the emit itself. Sheds nothing when that would not be enough.
   */
  #makeRoom(
    parts: readonly FanoutPart[],
    tasks: number,
    drop?: 'drop-oldest' | 'drop-newest',
  ): boolean {
    const all = this.#lanes.all;
    const own = parts.map((part) => part.lane);
    const rank = rankOf(parts);
    const free = (): number => freePlaces(all, own, this.#size.capacity);
    let missing = tasks - free();
    if (missing <= 0) return true;

    const victims = all.filter((lane) => lane.rank > rank || (drop && own.includes(lane)));
    let sheddable = 0;
    for (const lane of victims) sheddable += sheddableTasks(lane, own.includes(lane));
    if (sheddable < missing) return false;

    for (const lane of victims.toReversed()) {
      const isOwn = own.includes(lane);
      while (missing > 0 && sheddableTasks(lane, isOwn) > 0) {
        this.#shed(lane, isOwn && drop === 'drop-oldest' ? 'oldest' : 'newest');
        missing = tasks - free();
      }
    }
    return true;
  }

  // Told later, by the pass: an emit runs no code of anybody else.
  #shed(lane: Lane, end: 'oldest' | 'newest'): void {
    const drop = (task: Task): void => {
      lane.shed++;
      this.#reporter.deadLetterLater(unstartedLetter(task, task.hook, lane, 'shed'));
    };
    if (end === 'oldest') lane.queue.popOldest(drop);
    else lane.queue.popNewest(drop);
  }
}

/** Tasks whose shedding frees a place: below a lane's reservation, it frees none for others. */
function sheddableTasks(lane: Lane, isOwn: boolean): number {
  if (isOwn) return lane.queue.tasks;
  return Math.max(0, Math.min(lane.queue.tasks, lane.waiting + lane.occupied - lane.reserved));
}

/** The least important lane that the emit goes to. */
function rankOf(parts: readonly FanoutPart[]): number {
  let rank = 0;
  for (const part of parts) rank = Math.max(rank, part.lane.rank);
  return rank;
}

function taskCount(parts: readonly FanoutPart[]): number {
  let tasks = 0;
  for (const part of parts) tasks += part.hooks.length;
  return tasks;
}

function countRejected(parts: readonly FanoutPart[]): void {
  for (const { lane, hooks } of parts) lane.rejected += hooks.length;
}

function refuse(parts: readonly FanoutPart[], reason: RefusalReason): EmitResult {
  countRejected(parts);
  return refused[reason];
}
