import type { CoarseClock } from './coarse-clock.ts';
import { checkEmitOptions } from './check-options.ts';
import type { EmitOptions } from './emit-options.ts';
import { admitted, type EmitResult, refused } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason, UnheardReason } from './errors.ts';
import { countRejected, type Fanout, type FanoutPart, rankOf, taskCount } from './fanout.ts';
import type { GiveUp } from './give-up.ts';
import type { Intake } from './intake.ts';
import type { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Lineage } from './lineage.ts';
import type { ResolvedOptions } from './options.ts';
import type { Attempt, Places } from './places.ts';
import type { PoolBounds } from './pool-bounds.ts';
import type { Pump } from './pump.ts';
import type { Refusals } from './refusals.ts';
import type { Sealer } from './sealer.ts';
import type { WaitingEmits } from './waiting-emits.ts';

export interface AdmissionParts {
  readonly size: PoolBounds;
  readonly lanes: Lanes;
  readonly clock: CoarseClock;
  readonly pump: Pump;
  readonly lineage: Lineage;
  readonly giveUp: GiveUp;
  readonly places: Places;
  readonly intake: Intake;
  /** Where emits wait for room; undefined when none does. */
  readonly waiting: WaitingEmits | undefined;
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
  readonly #waiting: WaitingEmits | undefined;

  constructor(options: ResolvedOptions, parts: AdmissionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#size = parts.size;
    this.#pump = parts.pump;
    this.#clock = parts.clock;
    this.#waiting = parts.waiting;
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
    if (lane === undefined || options !== undefined || fanout.takesContext) {
      return this.#offerWith(fanout, data, options);
    }
    const waiting = this.#waiting;
    if (waiting !== undefined && waiting.size > 0) return this.#offerWith(fanout, data, options);
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
    const isBlocked = this.#waiting?.isBlocked(fanout.event, rankOf(parts), envelope?.key) === true;
    const attempt = isBlocked ? 'no-room' : places.makeRoom(parts, envelope);
    if (attempt !== 'admitted') {
      return this.#overloaded(fanout.event, parts, data, envelope, attempt);
    }
    this.#pump.wake();
    this.#parts.intake.take(parts, data, envelope);
    return admitted;
  }

  #reasonToRefuse(envelope: Envelope | undefined): UnheardReason | 'cancelled' | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    if (envelope === undefined) return undefined;
    if (envelope.depth > this.#options.maxChainLength) return 'chain-too-long';
    return envelope.signals.some((signal) => signal.aborted) ? 'cancelled' : undefined;
  }

  /** Refuses an emit of which nobody may ever hear again: see `Refusals`. */
  #refuseUnheard(
    reason: UnheardReason | 'cancelled',
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
  ): EmitResult {
    const { lineage, refusals } = this.#parts;
    // An observer has been told already: another letter would come back to it for ever.
    if (lineage.isObserver || reason === 'cancelled' || this.isFinal) return refuse(parts, reason);
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

  #overloaded(
    event: string,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    attempt: Attempt,
  ): EmitResult {
    const { drop } = this.#options.overload;
    const { places } = this.#parts;
    if (taskCount(parts) > places.capacityFor(parts)) return refuse(parts, 'exceeds-capacity');
    if (this.#waiting !== undefined) {
      return this.#waiting.enter(event, parts, data, envelope, attempt);
    }
    if (drop === undefined || places.makeRoom(parts, envelope, drop) !== 'admitted') {
      return refuse(parts, 'queue-full');
    }
    this.#pump.wake();
    this.#parts.intake.take(parts, data, envelope);
    return admitted;
  }
}

function refuse(parts: readonly FanoutPart[], reason: RefusalReason): EmitResult {
  countRejected(parts);
  return refused[reason];
}
