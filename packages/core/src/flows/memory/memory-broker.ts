import { setLongTimer } from '../../resilience/index.ts';
import { frozenData } from '../../services/index.ts';
import type { Delivery, Outcome, Outgoing, Settlement, TableChanges } from '../delivery.ts';
import type { Flow } from '../flow.ts';
import type { FlowEvent } from '../flow-event.ts';
import type { FlowCounts } from '../running-flow.ts';
import type { FlowLetter, FlowTypes } from '../step.ts';
import type { VersionedEntry } from '../tables.ts';
import { ReadyList } from './ready-list.ts';
import { defaultRememberMs, RecentSet } from './recent-set.ts';

/** A delivery that a process works on. What it says later counts only while it still holds it. */
export class Claim implements Delivery {
  readonly event: FlowEvent;
  readonly attempts: number;
  readonly interruptions: number;
  readonly token: number;
  readonly kept: Kept;

  constructor(kept: Kept) {
    this.event = kept.event;
    this.attempts = kept.attempts;
    this.interruptions = kept.interruptions;
    this.token = kept.token;
    this.kept = kept;
  }

  get id(): string {
    return this.kept.id;
  }

  /** Whether what a process says of it counts still. */
  get isHeld(): boolean {
    return this.kept.token === this.token;
  }
}

/** What one process sees of the broker. Every call is one transaction. */
export interface MemoryConnection {
  /** Takes an event in; false when it was there before. */
  take(outgoing: Outgoing): boolean;
  /** Hears when there may be something to claim for a step, by its position. */
  onReady(listener: (step: number) => void): void;
  claim(step: number): Claim | undefined;
  settle(claim: Claim, outcome: Outcome): Settlement;
  /** Gives it back for another attempt that counts as the same. */
  postpone(claim: Claim, delayMs: number): void;
  /** Whether the work of a step, by its position, that has this key is done. */
  readonly isDone: (step: number, doneKey: string) => boolean;
  readonly readEntry: (at: string) => VersionedEntry;
  letters(): readonly FlowLetter[];
  replay(ids: ReadonlySet<string>): number;
  counts(): FlowCounts;
  onIdle(): Promise<void>;
  /** Gives back what this process has claimed; `interrupted` when it did not mean to. */
  disconnect(how: 'stopped' | 'interrupted'): void;
}

/** A broker and its tables, in memory: what outlives a process of a simulated system. */
export interface MemoryBroker {
  connect(): MemoryConnection;
  /** Dead letters, for whoever looks from outside. */
  letters(): readonly FlowLetter[];
  counts(): FlowCounts;
}

/** A delivery from when its event is taken in to its end. */
class Kept implements Delivery {
  readonly event: FlowEvent;
  attempts = 0;
  interruptions = 0;
  /** Position of the step, and its name. */
  readonly step: number;
  readonly stepName: string;
  readonly orderKey: string | undefined;
  /** Of the claim under which a process works on it; 0 for none. A token is used once. */
  token = 0;
  /** Its place among all that its process works on. */
  place = 0;
  /** Whether it was ever a dead letter: what followed from that is known. */
  wasDead = false;

  constructor(event: FlowEvent, step: number, stepName: string, orderKey: string | undefined) {
    this.event = event;
    this.step = step;
    this.stepName = stepName;
    this.orderKey = orderKey;
  }

  get id(): string {
    return `${this.event.id}/${this.stepName}`;
  }
}

/** Changed in place: who reads an entry takes value and version at once. */
interface StoredEntry {
  value: unknown;
  version: number;
}

const absent: VersionedEntry = Object.freeze({ value: undefined, version: 0 });

/** For how many ms a broker knows again what it has seen. */
export interface MemoryBrokerOptions {
  /**
   * For how long ids of events and keys of what is done are known at least, in ms; a repetition that
   * comes later is new. Default: a week.
   */
  readonly rememberMs?: number;
}

/** Makes a broker for one flow. @throws RangeError unless `rememberMs` is above 0. */
export function createMemoryBroker<F extends FlowTypes>(
  flow: Flow<F>,
  { rememberMs = defaultRememberMs }: MemoryBrokerOptions = {},
): MemoryBroker {
  return new Broker(flow, rememberMs);
}

class Broker implements MemoryBroker {
  readonly #flow: Flow;
  readonly #ready: readonly ReadyList<Kept>[];
  readonly #known: RecentSet;
  /** Keys of what is done, by step. */
  readonly #done: readonly RecentSet[];
  readonly #entries = new Map<string, StoredEntry>();
  readonly #letters = new Map<string, { readonly letter: FlowLetter; readonly kept: Kept }>();
  /** By step, and then by key: whoever holds the turn, and who waits for it. */
  readonly #lines: readonly Map<string, ReadyList<Kept> | undefined>[];
  readonly #listeners = new Map<object, (step: number) => void>();
  readonly #active = new Map<object, Kept[]>();
  #idle: (() => void)[] = [];
  #tokens = 0;
  #pending = 0;
  #delayed = 0;
  #activeCount = 0;
  #doneCount = 0;

  constructor(flow: Flow, rememberMs: number) {
    this.#flow = flow;
    this.#known = new RecentSet(rememberMs, () => Date.now());
    this.#done = flow.steps.map(() => new RecentSet(rememberMs, () => Date.now()));
    this.#lines = flow.steps.map(() => new Map());
    this.#ready = flow.steps.map(() => new ReadyList<Kept>());
  }

  connect(): MemoryConnection {
    const owner = {};
    const active: Kept[] = [];
    this.#active.set(owner, active);
    return {
      take: (outgoing) => this.#take(outgoing, true),
      onReady: (listener) => {
        this.#listeners.set(owner, listener);
      },
      claim: (step) => (this.#active.has(owner) ? this.#claim(active, step) : undefined),
      settle: (claim, outcome) => this.#settle(active, claim, outcome),
      postpone: (claim, delayMs) => {
        if (claim.isHeld) this.#again(active, claim.kept, delayMs);
      },
      isDone: (step, doneKey) => this.#done[step]?.has(doneKey) === true,
      readEntry: (at) => this.#entries.get(at) ?? absent,
      letters: () => this.letters(),
      replay: (ids) => this.#replay(ids),
      counts: () => this.counts(),
      onIdle: () =>
        this.#pending === 0
          ? Promise.resolve()
          : new Promise<void>((resolve) => this.#idle.push(resolve)),
      disconnect: (how) => this.#disconnect(owner, how),
    };
  }

  letters(): readonly FlowLetter[] {
    return Array.from(this.#letters.values(), ({ letter }) => letter);
  }

  counts(): FlowCounts {
    return {
      waiting: this.#pending - this.#delayed - this.#activeCount,
      delayed: this.#delayed,
      active: this.#activeCount,
      done: this.#doneCount,
      dead: this.#letters.size,
    };
  }

  /** Takes in what follows from a delivery. */
  #append(outgoing: readonly Outgoing[], isRare: boolean): void {
    for (const each of outgoing) this.#take(each, isRare);
  }

  /**
   * Takes an event in; false when it was there before. That cannot be where it follows from a delivery
   * that is done for the first time: its id is made from the delivery's, which is done once.
   */
  #take({ event, delayMs }: Outgoing, mayBeKnown: boolean): boolean {
    if (mayBeKnown && !this.#known.add(event.id)) return false;
    for (const index of this.#flow.routes.get(event.name) ?? []) {
      const step = this.#flow.steps[index];
      if (step === undefined) continue;
      const own = typeof step.delayMs === 'function' ? step.delayMs(event.data) : step.delayMs;
      const kept = new Kept(event, index, step.name, step.key?.(event.data));
      this.#pending += 1;
      const heldMs = delayMs + (own ?? 0);
      if (heldMs > 0) this.#after(heldMs, () => this.#enqueue(kept));
      else this.#enqueue(kept);
    }
    return true;
  }

  #after(delayMs: number, then: () => void): void {
    if (!(delayMs > 0)) {
      then();
      return;
    }
    this.#delayed += 1;
    setLongTimer(() => {
      this.#delayed -= 1;
      then();
    }, delayMs);
  }

  /** Its time has come: it waits for its turn, and then for a worker. */
  #enqueue(kept: Kept): void {
    const { orderKey } = kept;
    const lines = this.#lines[kept.step];
    if (orderKey !== undefined && lines !== undefined) {
      const line = lines.get(orderKey);
      if (line !== undefined) {
        line.push(kept);
        return;
      }
      if (lines.has(orderKey)) {
        // Somebody holds the turn, and this is the first who waits for it.
        const first = new ReadyList<Kept>();
        first.push(kept);
        lines.set(orderKey, first);
        return;
      }
      lines.set(orderKey, undefined);
    }
    this.#offer(kept);
  }

  #offer(kept: Kept): void {
    this.#ready[kept.step]?.push(kept);
    this.#wake(kept.step);
  }

  #wake(step: number): void {
    for (const listener of this.#listeners.values()) listener(step);
  }

  #claim(active: Kept[], step: number): Claim | undefined {
    const kept = this.#ready[step]?.shift();
    if (kept === undefined) return undefined;
    this.#tokens += 1;
    kept.token = this.#tokens;
    kept.place = active.length;
    active.push(kept);
    this.#activeCount += 1;
    return new Claim(kept);
  }

  #settle(active: Kept[], claim: Claim, outcome: Outcome): Settlement {
    if (!claim.isHeld) return 'stale';
    const { kept } = claim;
    if (outcome.kind === 'done') {
      const { changes, doneKey, outgoing } = outcome;
      const done = this.#done[kept.step];
      const isOvertaken = changes !== undefined && !this.#isCurrent(changes);
      if (isOvertaken && (doneKey === undefined || done?.has(doneKey) !== true)) return 'conflict';
      // Its work was done under another event in the meantime: nothing of it counts.
      const isNew = doneKey === undefined || done?.add(doneKey) === true;
      if (isNew) {
        if (changes !== undefined) this.#write(changes);
        this.#append(outgoing, kept.wasDead);
      }
      this.#doneCount += 1;
      this.#finish(active, kept);
      return 'settled';
    }
    if (outcome.kind === 'again') {
      if (outcome.isSpent) kept.attempts += 1;
      this.#again(active, kept, outcome.delayMs);
      return 'settled';
    }
    this.#letters.set(kept.id, { letter: outcome.letter, kept });
    kept.wasDead = true;
    this.#append(outcome.outgoing, true);
    this.#finish(active, kept);
    return 'settled';
  }

  /** It keeps its turn: who comes after it waits. */
  #again(active: Kept[], kept: Kept, delayMs: number): void {
    this.#letGo(active, kept);
    this.#after(delayMs, () => this.#offer(kept));
  }

  #isCurrent({ read }: TableChanges): boolean {
    for (const [at, version] of read) {
      if ((this.#entries.get(at)?.version ?? 0) !== version) return false;
    }
    return true;
  }

  #write({ written }: TableChanges): void {
    for (const [at, value] of written) {
      // A deleted entry keeps its version: whoever has read it must not take a new one for it.
      const entry = this.#entries.get(at);
      if (entry === undefined) {
        this.#entries.set(at, { value: frozenData(value), version: 1 });
      } else {
        entry.value = frozenData(value);
        entry.version += 1;
      }
    }
  }

  #letGo(active: Kept[], kept: Kept): void {
    // The last one takes its place.
    const last = active.pop();
    if (last !== undefined && last !== kept) {
      active[kept.place] = last;
      last.place = kept.place;
    }
    kept.token = 0;
    this.#activeCount -= 1;
  }

  #finish(active: Kept[], kept: Kept): void {
    this.#letGo(active, kept);
    this.#pending -= 1;
    const { orderKey } = kept;
    const lines = this.#lines[kept.step];
    if (orderKey !== undefined && lines !== undefined) {
      const next = lines.get(orderKey)?.shift();
      if (next === undefined) lines.delete(orderKey);
      else this.#offer(next);
    }
    if (this.#pending > 0) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #replay(ids: ReadonlySet<string>): number {
    let count = 0;
    for (const [id, { kept }] of this.#letters) {
      if (!ids.has(id)) continue;
      this.#letters.delete(id);
      count += 1;
      kept.attempts = 0;
      kept.interruptions = 0;
      this.#pending += 1;
      this.#enqueue(kept);
    }
    return count;
  }

  #disconnect(owner: object, how: 'stopped' | 'interrupted'): void {
    this.#listeners.delete(owner);
    // In the order in which they were claimed.
    const held = (this.#active.get(owner) ?? []).toSorted((one, other) => one.token - other.token);
    this.#active.delete(owner);
    for (const kept of held) {
      if (how === 'interrupted') kept.interruptions += 1;
      kept.token = 0;
      this.#activeCount -= 1;
      this.#ready[kept.step]?.unshift(kept);
      this.#wake(kept.step);
    }
  }
}
