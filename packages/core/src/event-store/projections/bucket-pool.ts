import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import type { Group } from './group.ts';
import type { HeldBucket } from './held-bucket.ts';
import { type RunnerObserver, tell } from './notices.ts';
import { workBucket } from './work-bucket.ts';

interface Entry<Tx, Event extends AnyEvent> {
  readonly group: Group<Tx, Event>;
  readonly held: HeldBucket<Event>;
}

export interface BucketPoolOptions<Tx, Event extends AnyEvent> {
  readonly store: EventStore<Tx, Event>;
  /** Buckets that are worked on at once. */
  readonly workers: number;
  readonly leaseMs: number;
  /** How long a bucket waits after the store has failed. */
  readonly storeRetryMs: number;
  readonly observer: RunnerObserver | undefined;
  /** A bucket has caught up, or one that is surplus is free to be given back. */
  readonly onRest: (group: Group<Tx, Event>, held: HeldBucket<Event>) => void;
}

/**
 * Works on queued buckets, some at once, each on its own in order. A bucket with more to do goes to the
 * end of the queue after each batch, so that one far behind does not hold up the others.
 */
export class BucketPool<Tx, Event extends AnyEvent> {
  readonly #options: BucketPoolOptions<Tx, Event>;
  #queue: Entry<Tx, Event>[] = [];
  readonly #paused = new Set<string>();
  readonly #timers = new Map<HeldBucket<Event>, NodeJS.Timeout>();
  readonly #running = new Set<HeldBucket<Event>>();
  #isStopping = false;
  #restWaiters: (() => void)[] = [];

  constructor(options: BucketPoolOptions<Tx, Event>) {
    this.#options = options;
  }

  /** Whether nothing is under way, queued or waiting to be tried again. */
  get isAtRest(): boolean {
    return this.#running.size === 0 && this.#queue.length === 0 && this.#timers.size === 0;
  }

  isPaused(projection: string): boolean {
    return this.#paused.has(projection);
  }

  pause(projection: string): void {
    this.#paused.add(projection);
  }

  resume(projection: string): void {
    this.#paused.delete(projection);
    this.#fill();
  }

  /** Has a held bucket worked on: at once, or when a failed event is due to be tried again. */
  enqueue(group: Group<Tx, Event>, held: HeldBucket<Event>): void {
    const delayMs = held.retryAtMs - performance.now();
    if (delayMs > 0) this.#wait(group, held, delayMs);
    else this.#push({ group, held });
  }

  /** Takes a bucket out that is queued or waits. False when it is under way. */
  withdraw(held: HeldBucket<Event>): boolean {
    if (this.#running.has(held)) return false;
    this.#queue = this.#queue.filter((entry) => entry.held !== held);
    clearTimeout(this.#timers.get(held));
    this.#timers.delete(held);
    if (held.isHeld) held.state = 'idle';
    this.#noteRest();
    return true;
  }

  /** Runs work of the runner's own on idle buckets, which nobody else touches meanwhile. */
  async reserve(
    group: Group<Tx, Event>,
    buckets: readonly HeldBucket<Event>[],
    work: () => Promise<void>,
  ): Promise<void> {
    for (const held of buckets) {
      held.state = 'running';
      this.#running.add(held);
    }
    try {
      await work();
    } finally {
      for (const held of buckets) {
        this.#running.delete(held);
        if (held.state !== 'running') continue;
        held.state = 'idle';
        this.#options.onRest(group, held);
      }
      this.#noteRest();
      this.#fill();
    }
  }

  /** Begins no transaction any more. Resolves when the last one has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#queue = [];
    while (this.#running.size > 0) await this.#nextRest();
  }

  /** Resolves when nothing is under way, queued or waiting. */
  async onRest(): Promise<void> {
    while (!this.isAtRest) await this.#nextRest();
  }

  #nextRest(): Promise<void> {
    return new Promise((resolve) => {
      this.#restWaiters.push(resolve);
    });
  }

  #noteRest(): void {
    if (this.#running.size > 0 || (!this.isAtRest && !this.#isStopping)) return;
    const waiters = this.#restWaiters;
    this.#restWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #push(entry: Entry<Tx, Event>): void {
    if (this.#isStopping) return;
    entry.held.state = 'queued';
    this.#queue.push(entry);
    this.#fill();
  }

  #wait(group: Group<Tx, Event>, held: HeldBucket<Event>, delayMs: number): void {
    if (this.#isStopping) return;
    held.state = 'waiting';
    const timer = setTimeout(
      () => {
        this.#timers.delete(held);
        if (held.isHeld) this.enqueue(group, held);
        else this.#noteRest();
      },
      Math.min(delayMs, LONGEST_WAIT_MS),
    );
    this.#timers.set(held, timer);
  }

  #fill(): void {
    while (!this.#isStopping && this.#running.size < this.#options.workers) {
      const index = this.#queue.findIndex(({ group }) => !this.#paused.has(group.projection.name));
      const [entry] = index === -1 ? [] : this.#queue.splice(index, 1);
      if (entry === undefined) return;
      if (!entry.held.isHeld) {
        this.#noteRest();
        continue;
      }
      entry.held.state = 'running';
      this.#running.add(entry.held);
      void this.#turn(entry);
    }
  }

  async #turn({ group, held }: Entry<Tx, Event>): Promise<void> {
    const { store, leaseMs, observer, storeRetryMs, onRest } = this.#options;
    const shouldYield = (): boolean =>
      this.#isStopping || held.isSurplus || !held.isHeld || this.isPaused(group.projection.name);
    let step;
    try {
      step = await workBucket({
        store,
        group,
        held,
        leaseMs,
        storeRetryMs,
        observer,
        shouldYield,
      });
      if (step !== 'wait') held.reached();
    } catch (error) {
      tell(observer, { type: 'store.failed', during: 'read', error });
      held.putOff(storeRetryMs);
      step = 'wait' as const;
    }
    this.#running.delete(held);
    if (held.isHeld && step !== 'gone') {
      held.state = 'idle';
      if (held.isSurplus || step === 'idle') onRest(group, held);
      else this.enqueue(group, held);
    }
    this.#noteRest();
    this.#fill();
  }
}

/** A timer cannot be set to longer. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
