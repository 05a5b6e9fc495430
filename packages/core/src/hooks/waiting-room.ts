import { admitted, type Admitted, type Refused, refused, type Waiting } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason } from './errors.ts';
import type { FanoutPart } from './fanout.ts';

/** An emit that waits for room. It is also the result that its caller holds. */
export class WaitingEmit implements Waiting {
  readonly admitted = false;
  readonly status = 'waiting';
  readonly #parts: readonly FanoutPart[];
  readonly #data: unknown;
  readonly #envelope: Envelope | undefined;
  readonly #expiresAt: number;
  #outcome: Admitted | Refused | undefined;
  #promise: Promise<Admitted | Refused> | undefined;
  #resolve: ((outcome: Admitted | Refused) => void) | undefined;

  constructor(
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
    expiresAt: number,
  ) {
    this.#parts = parts;
    this.#data = data;
    this.#envelope = envelope;
    this.#expiresAt = expiresAt;
  }

  get settled(): Promise<Admitted | Refused> {
    this.#promise ??= new Promise((resolve) => {
      if (this.#outcome === undefined) this.#resolve = resolve;
      else resolve(this.#outcome);
    });
    return this.#promise;
  }

  static parts(emit: WaitingEmit): readonly FanoutPart[] {
    return emit.#parts;
  }

  static content(emit: WaitingEmit): { data: unknown; envelope: Envelope | undefined } {
    return { data: emit.#data, envelope: emit.#envelope };
  }

  static expiresAt(emit: WaitingEmit): number {
    return emit.#expiresAt;
  }

  static settle(emit: WaitingEmit, outcome: Admitted | Refused): void {
    emit.#outcome = outcome;
    emit.#resolve?.(outcome);
  }
}

/**
 * Where emits wait for room: one line for each rank, first in first out. An emit of some rank is
 * admitted only while nobody of its own or a more important rank is waiting, so that nobody is
 * overtaken, and a large emit is not starved by small ones.
 */
export class WaitingRoom {
  /** Emits that wait. */
  size = 0;
  /** No wait ends earlier than this. It may be that of an emit already let in. */
  earliest = Infinity;
  readonly #lines: WaitingEmit[][];

  constructor(ranks: number) {
    this.#lines = Array.from({ length: ranks }, () => []);
  }

  enter(emit: WaitingEmit, rank: number): void {
    this.#lines[rank]?.push(emit);
    this.size++;
    this.earliest = Math.min(this.earliest, WaitingEmit.expiresAt(emit));
  }

  /** Whether an emit of this rank has to queue up behind others. */
  isBlocked(rank: number): boolean {
    if (this.size === 0) return false;
    return this.#lines.some((line, other) => other <= rank && line.length > 0);
  }

  /** Lets emits in, in order, until one does not fit. Returns whether any was let in. */
  admit(tryAdmit: (emit: WaitingEmit) => boolean): boolean {
    let any = false;
    for (const line of this.#lines) {
      let taken = 0;
      let isStuck = false;
      for (const emit of line) {
        if (!tryAdmit(emit)) {
          isStuck = true;
          break;
        }
        taken++;
      }
      for (const emit of line.splice(0, taken)) WaitingEmit.settle(emit, admitted);
      this.size -= taken;
      any ||= taken > 0;
      if (isStuck) break;
    }
    return any;
  }

  /** Refuses, and hands out, every emit whose wait ends at or before `now`. */
  refuseUntil(now: number, reason: RefusalReason): WaitingEmit[] {
    const gone: WaitingEmit[] = [];
    let earliest = Infinity;
    for (const [rank, line] of this.#lines.entries()) {
      const kept: WaitingEmit[] = [];
      for (const emit of line) {
        const expiresAt = WaitingEmit.expiresAt(emit);
        if (expiresAt > now) earliest = Math.min(earliest, expiresAt);
        (expiresAt > now ? kept : gone).push(emit);
      }
      this.#lines[rank] = kept;
    }
    this.size -= gone.length;
    this.earliest = earliest;
    for (const emit of gone) WaitingEmit.settle(emit, refused[reason]);
    return gone;
  }
}
