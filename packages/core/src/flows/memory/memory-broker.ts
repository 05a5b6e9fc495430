import { setLongTimer } from '../../resilience/index.ts';
import { frozenData } from '../../services/index.ts';
import type { Delivery, Outcome, Outgoing, Settlement, TableChanges } from '../delivery.ts';
import type { Flow } from '../flow.ts';
import type { FlowCounts } from '../running-flow.ts';
import type { FlowLetter, FlowTypes } from '../step.ts';
import type { VersionedEntry } from '../tables.ts';
import { ReadyList } from './ready-list.ts';
import { defaultRememberMs, RecentSet } from './recent-set.ts';

/** A delivery that a process works on. What it says later counts only while it still holds it. */
export interface Claim extends Delivery {
  readonly token: number;
}

/** What one process sees of the broker. Every call is one transaction. */
export interface MemoryConnection {
  /** Takes events in; false for each that was there before. */
  append(outgoing: readonly Outgoing[]): readonly boolean[];
  /** Hears when there may be something to claim for a step, by its position. */
  onReady(listener: (step: number) => void): void;
  claim(step: number): Claim | undefined;
  settle(claim: Claim, outcome: Outcome): Settlement;
  /** Gives it back for another attempt that counts as the same. */
  postpone(claim: Claim, delayMs: number): void;
  readonly isDone: (doneKey: string) => boolean;
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

interface Kept extends Delivery {
  attempts: number;
  interruptions: number;
  readonly step: number;
  readonly orderKey: string | undefined;
  /** Of the claim under which a process works on it; 0 for none. */
  token: number;
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
  readonly #done: RecentSet;
  readonly #entries = new Map<string, VersionedEntry>();
  readonly #letters = new Map<string, { readonly letter: FlowLetter; readonly kept: Kept }>();
  /** By step and key: whoever holds the turn, and who waits for it. */
  readonly #lines = new Map<string, ReadyList<Kept>>();
  readonly #listeners = new Map<object, (step: number) => void>();
  readonly #active = new Map<object, Map<number, Kept>>();
  #idle: (() => void)[] = [];
  #tokens = 0;
  #pending = 0;
  #delayed = 0;
  #activeCount = 0;
  #doneCount = 0;

  constructor(flow: Flow, rememberMs: number) {
    this.#flow = flow;
    this.#known = new RecentSet(rememberMs, () => Date.now());
    this.#done = new RecentSet(rememberMs, () => Date.now());
    this.#ready = flow.steps.map(() => new ReadyList<Kept>());
  }

  connect(): MemoryConnection {
    const owner = {};
    this.#active.set(owner, new Map());
    return {
      append: (outgoing) => this.#append(outgoing),
      onReady: (listener) => {
        this.#listeners.set(owner, listener);
      },
      claim: (step) => this.#claim(owner, step),
      settle: (claim, outcome) => this.#settle(owner, claim, outcome),
      postpone: (claim, delayMs) => {
        const kept = this.#active.get(owner)?.get(claim.token);
        if (kept !== undefined) this.#again(owner, kept, delayMs);
      },
      isDone: (doneKey) => this.#done.has(doneKey),
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

  #append(outgoing: readonly Outgoing[]): readonly boolean[] {
    return outgoing.map(({ event, delayMs }) => {
      if (this.#known.has(event.id)) return false;
      this.#known.add(event.id);
      for (const index of this.#flow.routes.get(event.name) ?? []) {
        const step = this.#flow.steps[index];
        if (step === undefined) continue;
        const own = typeof step.delayMs === 'function' ? step.delayMs(event.data) : step.delayMs;
        const kept: Kept = {
          id: `${event.id}/${step.name}`,
          event,
          attempts: 0,
          interruptions: 0,
          step: index,
          orderKey: step.key && `${index}/${step.key(event.data)}`,
          token: 0,
        };
        this.#pending += 1;
        this.#after(delayMs + (own ?? 0), () => this.#enqueue(kept));
      }
      return true;
    });
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
    if (orderKey !== undefined) {
      const line = this.#lines.get(orderKey);
      if (line !== undefined) {
        line.push(kept);
        return;
      }
      this.#lines.set(orderKey, new ReadyList());
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

  #claim(owner: object, step: number): Claim | undefined {
    const kept = this.#ready[step]?.shift();
    if (kept === undefined) return undefined;
    this.#tokens += 1;
    kept.token = this.#tokens;
    this.#active.get(owner)?.set(kept.token, kept);
    this.#activeCount += 1;
    const { id, event, attempts, interruptions, token } = kept;
    return { id, event, attempts, interruptions, token };
  }

  #settle(owner: object, claim: Claim, outcome: Outcome): Settlement {
    const kept = this.#active.get(owner)?.get(claim.token);
    if (kept === undefined) return 'stale';
    if (outcome.kind === 'done') {
      const { changes, doneKey, outgoing } = outcome;
      const isRepeated = doneKey !== undefined && this.#done.has(doneKey);
      if (!isRepeated) {
        if (changes !== undefined && !this.#commit(changes)) return 'conflict';
        if (doneKey !== undefined) this.#done.add(doneKey);
        this.#append(outgoing);
      }
      this.#doneCount += 1;
      this.#finish(owner, kept);
      return 'settled';
    }
    if (outcome.kind === 'again') {
      if (outcome.isSpent) kept.attempts += 1;
      this.#again(owner, kept, outcome.delayMs);
      return 'settled';
    }
    this.#letters.set(kept.id, { letter: outcome.letter, kept });
    this.#append(outcome.outgoing);
    this.#finish(owner, kept);
    return 'settled';
  }

  /** It keeps its turn: who comes after it waits. */
  #again(owner: object, kept: Kept, delayMs: number): void {
    this.#letGo(owner, kept);
    this.#after(delayMs, () => this.#offer(kept));
  }

  #commit({ read, written }: TableChanges): boolean {
    for (const [at, version] of read) {
      if ((this.#entries.get(at)?.version ?? 0) !== version) return false;
    }
    for (const [at, value] of written) {
      // A deleted entry keeps its version: whoever has read it must not take a new one for it.
      const version = (this.#entries.get(at)?.version ?? 0) + 1;
      this.#entries.set(at, { value: frozenData(value), version });
    }
    return true;
  }

  #letGo(owner: object, kept: Kept): void {
    this.#active.get(owner)?.delete(kept.token);
    kept.token = 0;
    this.#activeCount -= 1;
  }

  #finish(owner: object, kept: Kept): void {
    this.#letGo(owner, kept);
    this.#pending -= 1;
    const { orderKey } = kept;
    if (orderKey !== undefined) {
      const next = this.#lines.get(orderKey)?.shift();
      if (next === undefined) this.#lines.delete(orderKey);
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
    const held = [...(this.#active.get(owner)?.values() ?? [])];
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
