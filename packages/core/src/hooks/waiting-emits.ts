import { type EmitResult, refused } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason } from './errors.ts';
import { activeParts, countRejected, type FanoutPart, taskCount } from './fanout.ts';
import type { Intake } from './intake.ts';
import type { Lanes } from './lanes.ts';
import type { Attempt, Places } from './places.ts';
import type { Pump } from './pump.ts';
import type { Signals } from './signals.ts';
import { type WaitingEmit, WaitingRoom } from './waiting-room.ts';

/** What those who wait need of their pool. */
export interface WaitingParts {
  readonly lanes: Lanes;
  readonly pump: Pump;
  readonly signals: Signals;
  readonly places: Places;
  readonly intake: Intake;
}

/** The emits that wait for room in one pool: who comes, who gets in, and whose wait ends. */
export class WaitingEmits {
  readonly #room: WaitingRoom;
  readonly #parts: WaitingParts;
  readonly #waitMs: (crowd: number) => number;
  readonly #maxWaiting: number;

  /** @param waitMs the longest wait of an emit, given the share of `maxWaiting` in use */
  constructor(parts: WaitingParts, waitMs: (crowd: number) => number, maxWaiting: number) {
    this.#room = new WaitingRoom(parts.lanes.all.length);
    this.#parts = parts;
    this.#waitMs = waitMs;
    this.#maxWaiting = maxWaiting;
  }

  /** How many there are. */
  get size(): number {
    return this.#room.size;
  }

  /** No wait ends earlier than this. */
  get earliest(): number {
    return this.#room.earliest;
  }

  /** Whether such an emit has to queue up behind others. */
  isBlocked(event: string, rank: number, key: unknown): boolean {
    return this.#room.isBlocked(event, rank, key);
  }

  /** Has an emit wait, unless too many do; `attempt` says what it found. */
  enter(
    event: string,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    attempt: Attempt,
  ): EmitResult {
    if (this.size >= this.#maxWaiting) {
      countRejected(parts);
      return refused['queue-full'];
    }
    const waitMs = this.#waitMs(this.size / this.#maxWaiting);
    const dueAt = Math.min(performance.now() + waitMs, envelope?.deadline ?? Infinity);
    const emit = this.#room.enter({ event, parts, data, envelope, dueAt }, attempt === 'key-full');
    for (const signal of envelope?.signals ?? []) {
      this.#parts.signals.follow(signal, emit, () => this.#refuse(emit, 'cancelled'));
    }
    this.#parts.pump.wake();
    return emit.result;
  }

  /** Lets emits in while they fit; whether any was let in. */
  admit(): boolean {
    if (this.size === 0) return false;
    return this.#room.admit((emit) => {
      const parts = activeParts(emit.parts);
      const attempt = this.#parts.places.makeRoom(parts, emit.envelope);
      if (attempt !== 'admitted') return attempt;
      this.#forgetSignals(emit);
      this.#parts.intake.take(parts, emit.data, emit.envelope);
      return attempt;
    });
  }

  /** Refuses those whose wait has ended. */
  expire(now: number): void {
    let emit = this.#room.expireOne(now);
    while (emit !== undefined) {
      this.#endWait(emit);
      emit = this.#room.expireOne(now);
    }
  }

  /** Refuses everyone. */
  refuseAll(reason: RefusalReason): void {
    for (const emit of this.#room.all()) this.#refuse(emit, reason);
  }

  /** Refuses those that have become larger than the pool. */
  refuseOversized(): void {
    const { places } = this.#parts;
    for (const emit of this.#room.all()) {
      const parts = activeParts(emit.parts);
      if (taskCount(parts) > places.capacityFor(parts)) this.#refuse(emit, 'exceeds-capacity');
    }
  }

  #refuse(emit: WaitingEmit, reason: RefusalReason): void {
    this.#room.refuse(emit, reason);
    this.#endWait(emit);
  }

  /** A waiting emit has been refused: it is counted, and others may fit where it stood. */
  #endWait(emit: WaitingEmit): void {
    this.#forgetSignals(emit);
    countRejected(emit.parts);
    this.#parts.pump.wake();
  }

  #forgetSignals(emit: WaitingEmit): void {
    for (const signal of emit.envelope?.signals ?? []) this.#parts.signals.forget(signal, emit);
  }
}
