import { sleep } from '@firedrill/core/resilience';
import { LRUCache } from 'lru-cache';
import {
  checkFreshness,
  type Entry,
  type FreshnessOptions,
  freshnessOf,
  makeEntry,
} from './freshness.ts';
import type { SharedLevel } from './shared-level.ts';

export interface TwoLevelCacheOptions<Value> extends FreshnessOptions {
  /** Most entries in this process; whatever was not used for longest goes first. */
  readonly maxEntries: number;
  readonly shared: SharedLevel<Value>;
  /** Fetches from the origin; undefined when there is nothing under this key. */
  readonly load: (key: string) => Promise<Value | undefined>;
  readonly now: () => number;
  /**
   * From the beginning of one load of a key to that of the next, milliseconds, whatever is invalidated
   * meanwhile. Who comes sooner waits, or is told the same after a load that failed. It bounds what the
   * origin gets: one load at a time, and four in a second from 334 ms on.
   */
  readonly loadEveryMs: number;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of what the cache got over by itself. */
  readonly onTrouble?: (part: 'shared' | 'origin', key: string, error: unknown) => void;
}

/** Where an answer came from; `stale` is being fetched anew, or could not be. */
export type Source = 'process' | 'shared' | 'origin' | 'stale';

export interface Answer<Value> {
  readonly value: Value | undefined;
  readonly source: Source;
  /** When the load of the value began, milliseconds. */
  readonly loadedMs: number;
}

/** One look at the shared level, and one load where that has nothing; whoever comes meanwhile joins it. */
interface Flight<Value> {
  readonly landed: Promise<Landed<Value>>;
  /** Whether it has begun to read: only then can an invalidation overtake it. */
  isUnderWay: boolean;
}

interface Landed<Value> {
  readonly answer: Answer<Value>;
  /** False: the key was invalidated under it. */
  readonly isCurrent: boolean;
}

/** The last flight of a key in this process that was under way: the next one waits for its end. */
interface Turn {
  /** When the last load began: in this turn, or in one before it. */
  loadedMs: number;
  readonly ended: Promise<void>;
  readonly end: () => void;
  failure?: { readonly error: unknown };
}

/** How often a load begins anew because the key was invalidated under it. */
const mostReloads = 3;

/**
 * A cache in the process before one that processes share before the origin. One load at a time for
 * a key (single flight), and none for a moment after it began; a stale value is served while
 * it is fetched anew; absence is cached; expiry is spread by chance. After `invalidate`, no read that
 * begins later gets the old value from this process, whatever was on its way; other processes follow
 * when `onInvalidated` reaches them, and in any case after `maxAgeMs`.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- anything that is there
export class TwoLevelCache<Value extends NonNullable<unknown>> {
  readonly #options: TwoLevelCacheOptions<Value>;
  readonly #entries: LRUCache<string, Entry<Value>>;
  readonly #flights = new Map<string, Flight<Value>>();
  readonly #turns: LRUCache<string, Turn>;

  constructor(options: TwoLevelCacheOptions<Value>) {
    checkFreshness(options);
    if (!(Number.isSafeInteger(options.maxEntries) && options.maxEntries > 0)) {
      throw new RangeError(
        `maxEntries is ${options.maxEntries}: give a whole number of at least 1.`,
      );
    }
    if (!(options.loadEveryMs >= 0)) {
      throw new RangeError(`loadEveryMs is ${options.loadEveryMs}: give milliseconds, 0 or more.`);
    }
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
    this.#turns = new LRUCache({ max: options.maxEntries });
  }

  /** @throws What the load throws, when nothing usable is left. */
  async get(key: string): Promise<Answer<Value>> {
    const entry = this.#entries.get(key);
    const freshness = entry ? freshnessOf(entry, this.#options.now()) : 'expired';
    if (entry && freshness === 'fresh') return answer(entry, 'process');
    const answered = this.#fetch(key, entry);
    if (!entry || freshness === 'expired') return answered;
    // Whoever asks does not wait; that the load may fail is told to `onTrouble`.
    answered.catch(() => undefined);
    return answer(entry, 'stale');
  }

  /** Fetches keys before anybody asks, so that the first minute of a process is no storm at the origin. */
  async warmUp(keys: readonly string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.get(key)));
  }

  /**
   * To be called after the origin has changed.
   *
   * @throws What the shared level throws. This process has forgotten the value all the same; call
   * again until it is told, and then tell the other processes.
   */
  async invalidate(key: string): Promise<void> {
    this.onInvalidated(key);
    await this.#options.shared.invalidate(key);
    // What was read from the shared level meanwhile may be the old value.
    this.onInvalidated(key);
  }

  /** Another process has invalidated: forget, and let nobody join a load that began before. */
  onInvalidated(key: string): void {
    this.#entries.delete(key);
    if (this.#flights.get(key)?.isUnderWay === true) this.#flights.delete(key);
  }

  /** Whoever joined after the invalidation must not get what was loaded before it. */
  async #fetch(key: string, old: Entry<Value> | undefined): Promise<Answer<Value>> {
    for (let reloads = 0; ; reloads += 1) {
      const landed = await (this.#flights.get(key) ?? this.#fly(key, old)).landed;
      if (landed.isCurrent || reloads === mostReloads) return landed.answer;
    }
  }

  #fly(key: string, old: Entry<Value> | undefined): Flight<Value> {
    const { promise, resolve } = Promise.withResolvers<Landed<Value>>();
    const flight: Flight<Value> = { landed: promise, isUnderWay: false };
    this.#flights.set(key, flight);
    resolve(this.#land(key, flight, old));
    return flight;
  }

  async #land(
    key: string,
    flight: Flight<Value>,
    old: Entry<Value> | undefined,
  ): Promise<Landed<Value>> {
    let turn: Turn | undefined;
    try {
      turn = await this.#takeTurn(key);
      flight.isUnderWay = true;
      return await this.#readOrLoad(key, flight, turn);
    } catch (error) {
      this.#options.onTrouble?.('origin', key, error);
      if (turn) turn.failure = { error };
      // Only what was not invalidated since may stand in for the origin.
      const isKept = old !== undefined && this.#entries.peek(key) === old;
      if (isKept && freshnessOf(old, this.#options.now()) !== 'expired') {
        return { answer: answer(old, 'stale'), isCurrent: true };
      }
      throw error;
    } finally {
      turn?.end();
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    }
  }

  /** Waits until the key may be loaded. @throws What its last load threw, for as long as it may not. */
  async #takeTurn(key: string): Promise<Turn> {
    const { now, loadEveryMs } = this.#options;
    let last = this.#turns.get(key);
    for (let isMine = last === undefined; last && !isMine;) {
      await last.ended;
      const waitMs = last.loadedMs + loadEveryMs - now();
      if (waitMs > 0) {
        if (last.failure) throw last.failure.error;
        await sleep(waitMs);
      }
      const latest = this.#turns.get(key);
      isMine = latest === last;
      last = latest;
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const turn: Turn = { loadedMs: last?.loadedMs ?? -Infinity, ended, end };
    this.#turns.set(key, turn);
    return turn;
  }

  async #readOrLoad(key: string, flight: Flight<Value>, turn: Turn): Promise<Landed<Value>> {
    const known = await this.#read(key);
    if (known?.entry && freshnessOf(known.entry, this.#options.now()) === 'fresh') {
      this.#keep(known.entry, flight);
      return { answer: answer(known.entry, 'shared'), isCurrent: true };
    }
    turn.loadedMs = this.#options.now();
    const value = await this.#options.load(key);
    const entry = makeEntry(key, value, turn.loadedMs, this.#options, this.#options.random());
    const isCurrent = !known || (await this.#write(entry, known.epoch));
    if (isCurrent) this.#keep(entry, flight);
    return { answer: answer(entry, 'origin'), isCurrent };
  }

  /** Keeps a value in this process, unless the key was invalidated since its flight began. */
  #keep(entry: Entry<Value>, flight: Flight<Value>): void {
    if (this.#flights.get(entry.key) === flight) this.#entries.set(entry.key, entry);
  }

  /** Undefined: the shared level does not answer, and the process goes on alone. */
  async #read(key: string) {
    try {
      const { entry, epoch } = await this.#options.shared.get(key);
      return { entry: entry?.key === key ? entry : undefined, epoch };
    } catch (error) {
      this.#options.onTrouble?.('shared', key, error);
      return undefined;
    }
  }

  async #write(entry: Entry<Value>, epoch: number): Promise<boolean> {
    try {
      return await this.#options.shared.put(entry, epoch);
    } catch (error) {
      this.#options.onTrouble?.('shared', entry.key, error);
      return true;
    }
  }
}

function answer<Value>({ value, loadedMs }: Entry<Value>, source: Source): Answer<Value> {
  return { value, source, loadedMs };
}
