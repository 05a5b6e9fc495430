import { Deadlines, type Due } from './deadlines.ts';
import { admitted, type Admitted, type Refused, refused, type Waiting } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import type { RefusalReason } from './errors.ts';
import { type FanoutPart, rankOf } from './fanout.ts';
import { type Link, LinkedList, unlink, valuesOf } from './linked-list.ts';
import type { Attempt } from './places.ts';

/** An emit that waits for room. */
export interface WaitingEmit extends Due {
  readonly event: string;
  readonly parts: readonly FanoutPart[];
  readonly data: unknown;
  readonly envelope: Envelope | undefined;
  readonly result: WaitingResult;
  rank: number;
  place: Link<WaitingEmit> | undefined;
}

/** What the caller of a waiting emit holds. */
export class WaitingResult implements Waiting {
  readonly admitted = false;
  readonly status = 'waiting';
  #outcome: Admitted | Refused | undefined;
  #promise: Promise<Admitted | Refused> | undefined;
  #resolve: ((outcome: Admitted | Refused) => void) | undefined;

  get settled(): Promise<Admitted | Refused> {
    this.#promise ??= new Promise((resolve) => {
      if (this.#outcome === undefined) this.#resolve = resolve;
      else resolve(this.#outcome);
    });
    return this.#promise;
  }

  static settle(result: WaitingResult, outcome: Admitted | Refused): void {
    result.#outcome = outcome;
    result.#resolve?.(outcome);
  }
}

// The rank of an emit that stands aside.
const notInLine = -1;

/** The emits of one event and key that wait. */
interface KeyWaiters {
  /** How many of them stand in each line. */
  readonly inLine: number[];
  /** Those that wait for their key, which is nobody else's affair. */
  readonly aside: LinkedList<WaitingEmit>;
}

/**
 * Where emits wait for room: one line for each rank, first in first out. An emit of some rank is
 * admitted only while nobody of its own or a more important rank is waiting, so that nobody is
 * overtaken, and a large emit is not starved by small ones.
 *
 * An emit whose key has others waiting stands behind the last of them, in that one's line: a key
 * keeps its order whatever its lanes. Emits whose own key has no room stand aside and block nobody.
 */
export class WaitingRoom {
  /** Emits that wait. */
  size = 0;
  readonly #lines: readonly LinkedList<WaitingEmit>[];
  readonly #deadlines = new Deadlines<WaitingEmit>();
  readonly #keys = new Map<string, Map<unknown, KeyWaiters>>();
  readonly #aside = new Set<KeyWaiters>();

  constructor(ranks: number) {
    this.#lines = Array.from({ length: ranks }, () => new LinkedList<WaitingEmit>());
  }

  /** No wait ends earlier than this. */
  get earliest(): number {
    return this.#deadlines.earliest;
  }

  enter(
    emit: Pick<WaitingEmit, 'event' | 'parts' | 'data' | 'envelope' | 'dueAt'>,
    isKeyFull: boolean,
  ): WaitingEmit {
    const waiting: WaitingEmit = {
      ...emit,
      result: new WaitingResult(),
      rank: rankOf(emit.parts),
      heapIndex: -1,
      place: undefined,
    };
    this.#stand(waiting, isKeyFull);
    this.#deadlines.add(waiting);
    this.size++;
    return waiting;
  }

  /** Whether such an emit has to queue up behind others. */
  isBlocked(event: string, rank: number, key: unknown): boolean {
    if (this.size === 0) return false;
    for (const [other, line] of this.#lines.entries()) {
      if (other <= rank && line.size > 0) return true;
    }
    return key !== undefined && this.#keys.get(event)?.has(key) === true;
  }

  /** Lets emits in, in order, until one does not fit. Returns whether any was let in. */
  admit(attempt: (emit: WaitingEmit) => Attempt): boolean {
    const before = this.size;
    for (const { aside } of this.#aside) {
      while (aside.first !== undefined) {
        const emit = aside.first.value;
        if (attempt(emit) !== 'admitted') break;
        this.#leave(emit, admitted);
      }
    }
    this.#admitLines(attempt);
    return this.size < before;
  }

  refuse(emit: WaitingEmit, reason: RefusalReason): void {
    this.#leave(emit, refused[reason]);
  }

  /** Takes out the emit whose wait ended first, if it has ended by `now`, and refuses it. */
  expireOne(now: number): WaitingEmit | undefined {
    const emit = this.#deadlines.takeDue(now);
    if (emit !== undefined) this.#leave(emit, refused['wait-expired']);
    return emit;
  }

  /** Everything that waits. */
  all(): WaitingEmit[] {
    const emits = this.#lines.flatMap((line) => valuesOf(line));
    for (const { aside } of this.#aside) {
      for (const emit of valuesOf(aside)) emits.push(emit);
    }
    return emits;
  }

  #admitLines(attempt: (emit: WaitingEmit) => Attempt): void {
    for (const line of this.#lines) {
      while (line.first !== undefined) {
        const emit = line.first.value;
        const isKeyFull = (this.#waitersOf(emit)?.aside.size ?? 0) > 0;
        const result = isKeyFull ? 'key-full' : attempt(emit);
        if (result === 'no-room') return;
        if (result === 'admitted') {
          this.#leave(emit, admitted);
        } else {
          this.#leaveLine(emit);
          this.#standAside(emit);
        }
      }
    }
  }

  #stand(emit: WaitingEmit, isKeyFull: boolean): void {
    const { key } = emit.envelope ?? {};
    if (key === undefined) {
      emit.place = this.#lines[emit.rank]?.append(emit);
      return;
    }
    const waiters = this.#waitersOf(emit) ?? this.#newWaiters(emit.event, key);
    const behind = waiters.inLine.findLastIndex((count) => count > 0);
    if (behind < 0 && (isKeyFull || waiters.aside.size > 0)) {
      this.#standAside(emit);
      return;
    }
    emit.rank = Math.max(emit.rank, behind);
    emit.place = this.#lines[emit.rank]?.append(emit);
    waiters.inLine[emit.rank] = (waiters.inLine[emit.rank] ?? 0) + 1;
  }

  #standAside(emit: WaitingEmit): void {
    const waiters = this.#waitersOf(emit) ?? this.#newWaiters(emit.event, emit.envelope?.key);
    emit.rank = notInLine;
    emit.place = waiters.aside.append(emit);
    this.#aside.add(waiters);
  }

  #leave(emit: WaitingEmit, outcome: Admitted | Refused): void {
    this.#leaveLine(emit);
    this.#deadlines.remove(emit);
    this.size--;
    WaitingResult.settle(emit.result, outcome);
  }

  #leaveLine(emit: WaitingEmit): void {
    unlink(emit.place);
    const waiters = this.#waitersOf(emit);
    if (waiters === undefined) return;
    const { inLine, aside } = waiters;
    if (emit.rank !== notInLine) inLine[emit.rank] = (inLine[emit.rank] ?? 1) - 1;
    if (aside.size > 0) return;
    this.#aside.delete(waiters);
    if (inLine.some((count) => count > 0)) return;
    const keys = this.#keys.get(emit.event);
    keys?.delete(emit.envelope?.key);
    if (keys?.size === 0) this.#keys.delete(emit.event);
  }

  #waitersOf({ event, envelope }: WaitingEmit): KeyWaiters | undefined {
    const key = envelope?.key;
    return key === undefined ? undefined : this.#keys.get(event)?.get(key);
  }

  #newWaiters(event: string, key: unknown): KeyWaiters {
    const waiters: KeyWaiters = { inLine: this.#lines.map(() => 0), aside: new LinkedList() };
    const keys = this.#keys.get(event) ?? new Map<unknown, KeyWaiters>();
    this.#keys.set(event, keys);
    keys.set(key, waiters);
    return waiters;
  }
}
