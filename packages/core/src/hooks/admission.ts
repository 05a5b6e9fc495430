import type { CoarseClock } from './coarse-clock.ts';
import { checkEmitOptions } from './check-options.ts';
import type { EmitOptions } from './emit-options.ts';
import { admitted, type EmitResult, refused } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason } from './errors.ts';
import { activeParts, type Fanout, type FanoutPart, rankOf, taskCount } from './fanout.ts';
import type { GiveUp } from './give-up.ts';
import type { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Lineage } from './lineage.ts';
import type { ResolvedOptions } from './options.ts';
import { waitBoundMs } from './overload.ts';
import type { Places } from './places.ts';
import type { PoolBounds } from './pool-bounds.ts';
import type { Pump } from './pump.ts';
import type { Refusals } from './refusals.ts';
import type { Sealer } from './sealer.ts';
import type { Signals } from './signals.ts';
import type { TrackedTasks } from './tracked-tasks.ts';
import { type Attempt, type WaitingEmit, WaitingRoom } from './waiting-room.ts';

export interface AdmissionParts {
  readonly size: PoolBounds;
  readonly lanes: Lanes;
  readonly clock: CoarseClock;
  readonly pump: Pump;
  readonly lineage: Lineage;
  readonly signals: Signals;
  readonly tracked: TrackedTasks;
  readonly giveUp: GiveUp;
  readonly places: Places;
  readonly sealer: Sealer;
  readonly refusals: Refusals;
}

/**
 * Decides, at the moment of the emit, whether all of its tasks fit into the pool: running and
 * waiting tasks together may fill `workers + queueSize` places (plus the buffer). All or nothing:
 * no emit is ever admitted in part. What happens to one that does not fit, once less important lanes
 * have been shed, is up to the overload strategy.
 */
export class Admission {
  readonly room: WaitingRoom;
  /** True once `close()` is over: an emit is refused, and nobody is told any more. */
  isFinal = false;
  #refusal: 'draining' | 'closed' | undefined;
  /** The lane of every emit from outside that asks for nothing special: the only one, if open. */
  #outsideLane: Lane | undefined;
  /** The same, but undefined within a pass. */
  #plainLane: Lane | undefined;
  readonly #options: ResolvedOptions;
  readonly #parts: AdmissionParts;
  readonly #size: PoolBounds;
  readonly #pump: Pump;
  readonly #clock: CoarseClock;

  constructor(options: ResolvedOptions, parts: AdmissionParts) {
    this.room = new WaitingRoom(parts.lanes.all.length);
    this.#options = options;
    this.#parts = parts;
    this.#size = parts.size;
    this.#pump = parts.pump;
    this.#clock = parts.clock;
    this.#chooseLane();
    this.#plainLane = this.#outsideLane;
  }

  /** While set, every emit is refused for this reason. */
  get refusal(): 'draining' | 'closed' | undefined {
    return this.#refusal;
  }

  set refusal(reason: 'draining' | 'closed' | undefined) {
    const isInPass = this.#plainLane !== this.#outsideLane;
    this.#refusal = reason;
    this.#chooseLane();
    if (!isInPass) this.#plainLane = this.#outsideLane;
  }

  /** Until `endPass`, an emit follows from the handler or the observer that makes it. */
  beginPass(): void {
    this.#plainLane = undefined;
  }

  endPass(): void {
    this.#plainLane = this.#outsideLane;
  }

  offer(fanout: Fanout, data: unknown, options: EmitOptions | undefined): EmitResult {
    const lane = this.#plainLane;
    if (lane === undefined || options !== undefined || fanout.takesContext || this.room.size > 0) {
      return this.#offerWith(fanout, data, options);
    }
    const { hooks } = fanout;
    if (lane.load + hooks.length > this.#size.capacity) {
      return this.#overloaded(fanout.event, fanout.parts, data, undefined, 'no-room');
    }
    // The first emit of a synchronous burst has the clock read, for all of it.
    this.#pump.wake();
    lane.admitted += hooks.length;
    lane.queue.push(hooks, data, this.#clock.now);
    return admitted;
  }

  /** Checks the options of an emit that nobody listens to, and answers it. */
  offerToNobody(options: EmitOptions | undefined): EmitResult {
    this.#check(options);
    return this.#refusal === undefined ? admitted : refused[this.#refusal];
  }

  /** Lets waiting emits in while they fit; whether any was let in. */
  admitWaiting(): boolean {
    if (this.room.size === 0) return false;
    return this.room.admit((emit) => {
      const parts = activeParts(emit.parts);
      const attempt = this.#parts.places.makeRoom(parts, emit.envelope);
      if (attempt !== 'admitted') return attempt;
      this.#forgetSignals(emit);
      this.#enqueue(parts, emit.data, emit.envelope);
      return attempt;
    });
  }

  /** Refuses the waiting emits whose wait has ended. */
  expire(now: number): void {
    let emit = this.room.expireOne(now);
    while (emit !== undefined) {
      this.#endWait(emit);
      emit = this.room.expireOne(now);
    }
  }

  /** Refuses every waiting emit. */
  refuseWaiting(reason: RefusalReason): void {
    for (const emit of this.room.all()) this.#refuseWaiting(emit, reason);
  }

  /** Refuses the waiting emits that have become larger than the pool. */
  refuseOversized(): void {
    const { places } = this.#parts;
    for (const emit of this.room.all()) {
      const parts = activeParts(emit.parts);
      if (taskCount(parts) > places.capacityFor(parts)) {
        this.#refuseWaiting(emit, 'exceeds-capacity');
      }
    }
  }

  #chooseLane(): void {
    const isOpen = this.#refusal === undefined && this.#options.captureContext === undefined;
    this.#outsideLane = isOpen ? this.#parts.lanes.single : undefined;
  }

  #check(options: EmitOptions | undefined): Lane | undefined {
    if (options === undefined) return undefined;
    checkEmitOptions(options);
    return options.lane === undefined ? undefined : this.#parts.lanes.named(options.lane);
  }

  #offerWith(fanout: Fanout, data: unknown, options: EmitOptions | undefined): EmitResult {
    const { places, sealer } = this.#parts;
    const parts = fanout.partsIn(this.#check(options));
    const envelope = sealer.seal(options, fanout.takesContext);
    const reason = this.#reasonToRefuse(envelope);
    if (reason !== undefined) return this.#refuseUnheard(reason, parts, data, envelope);
    const deadline = envelope?.deadline ?? Infinity;
    if (envelope !== undefined && deadline !== Infinity && deadline <= performance.now()) {
      return this.#admitExpired(parts, data, envelope);
    }
    const isBlocked = this.room.isBlocked(fanout.event, rankOf(parts), envelope?.key);
    const attempt = isBlocked ? 'no-room' : places.makeRoom(parts, envelope);
    if (attempt !== 'admitted') {
      return this.#overloaded(fanout.event, parts, data, envelope, attempt);
    }
    this.#pump.wake();
    this.#enqueue(parts, data, envelope);
    return admitted;
  }

  #reasonToRefuse(envelope: Envelope | undefined): RefusalReason | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    if (envelope === undefined) return undefined;
    if (envelope.depth > this.#options.maxChainLength) return 'chain-too-long';
    return envelope.signals.some((signal) => signal.aborted) ? 'cancelled' : undefined;
  }

  /** Refuses an emit of which nobody may ever hear again: see `Refusals`. */
  #refuseUnheard(
    reason: RefusalReason,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
  ): EmitResult {
    const { lineage, refusals } = this.#parts;
    // An observer has been told already: another letter would come back to it for ever.
    const isHeard = lineage.isObserver || reason === 'cancelled' || this.isFinal;
    if (isHeard) return refuse(parts, reason);
    countRejected(parts);
    return refusals.watch(reason, parts, data, envelope);
  }

  /** An emit whose limit is over already takes no place: its tasks time out on the spot. */
  #admitExpired(parts: readonly FanoutPart[], data: unknown, envelope: Envelope): EmitResult {
    for (const { lane, hooks } of parts) {
      lane.admitted += hooks.length;
      for (const hook of hooks)
        this.#parts.giveUp.drop({ hook, lane, data, envelope }, 'timed-out');
    }
    return admitted;
  }

  #enqueue(parts: readonly FanoutPart[], data: unknown, envelope: Envelope | undefined): void {
    const { tracked, signals, giveUp } = this.#parts;
    const { now } = this.#clock;
    // All of its hooks have left while it waited for room.
    if (parts.length === 0) return;
    for (const { lane, hooks } of parts) lane.admitted += hooks.length;
    if (envelope === undefined || !envelope.isTracked) {
      for (const { lane, hooks } of parts) lane.queue.push(hooks, data, now, envelope);
      return;
    }
    const emit = tracked.admit(parts, data, now, envelope);
    for (const signal of envelope.signals) {
      signals.follow(signal, emit, () => giveUp.cancel(emit, signal.reason));
    }
  }

  #overloaded(
    event: string,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    attempt: Attempt,
  ): EmitResult {
    const { whenFull } = this.#options.overload;
    const { places } = this.#parts;
    if (taskCount(parts) > places.capacityFor(parts)) return refuse(parts, 'exceeds-capacity');
    if (whenFull === 'wait') return this.#wait(event, parts, data, envelope, attempt);
    if (whenFull === 'reject') return refuse(parts, 'queue-full');
    if (places.makeRoom(parts, envelope, whenFull) !== 'admitted') {
      return refuse(parts, 'queue-full');
    }
    this.#pump.wake();
    this.#enqueue(parts, data, envelope);
    return admitted;
  }

  #wait(
    event: string,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    attempt: Attempt,
  ): EmitResult {
    const { maxWaiting, maxWaitMs, bound } = this.#options.overload;
    if (this.room.size >= maxWaiting) return refuse(parts, 'queue-full');
    const waitMs = waitBoundMs[bound](maxWaitMs, this.room.size / maxWaiting);
    const dueAt = Math.min(performance.now() + waitMs, envelope?.deadline ?? Infinity);
    const emit = this.room.enter({ event, parts, data, envelope, dueAt }, attempt === 'key-full');
    for (const signal of envelope?.signals ?? []) {
      this.#parts.signals.follow(signal, emit, () => this.#refuseWaiting(emit, 'cancelled'));
    }
    this.#pump.wake();
    return emit.result;
  }

  #refuseWaiting(emit: WaitingEmit, reason: RefusalReason): void {
    this.room.refuse(emit, reason);
    this.#endWait(emit);
  }

  /** A waiting emit has been refused: it is counted, and others may fit where it stood. */
  #endWait(emit: WaitingEmit): void {
    this.#forgetSignals(emit);
    countRejected(emit.parts);
    this.#pump.wake();
  }

  #forgetSignals(emit: WaitingEmit): void {
    for (const signal of emit.envelope?.signals ?? []) this.#parts.signals.forget(signal, emit);
  }
}

function countRejected(parts: readonly FanoutPart[]): void {
  for (const { lane, hooks } of parts) lane.rejected += hooks.length;
}

function refuse(parts: readonly FanoutPart[], reason: RefusalReason): EmitResult {
  countRejected(parts);
  return refused[reason];
}
