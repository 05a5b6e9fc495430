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
  /** After a load that failed, the key is not loaded again for so long, milliseconds. */
  readonly failurePauseMs: number;
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

interface Flight<Value> {
  readonly answer: Promise<Answer<Value>>;
}

/** A load that failed: until then whoever asks is told the same. */
interface Failure {
  readonly error: unknown;
  readonly untilMs: number;
}

/** How often a load begins anew because the key was invalidated under it. */
const mostReloads = 3;

/**
 * A cache in the process before one that processes share before the origin. One load at a time for
 * a key (single flight), and none for a moment after one that failed; a stale value is served while
 * it is fetched anew; absence is cached; expiry is spread by chance. After `invalidate`, no read that
 * begins later gets the old value from this process, whatever was on its way; other processes follow
 * when `onInvalidated` reaches them, and in any case after `maxAgeMs`.
 */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- anything that is there
export class TwoLevelCache<Value extends NonNullable<unknown>> {
  readonly #options: TwoLevelCacheOptions<Value>;
  readonly #entries: LRUCache<string, Entry<Value>>;
  readonly #flights = new Map<string, Flight<Value>>();
  readonly #failures: LRUCache<string, Failure>;

  constructor(options: TwoLevelCacheOptions<Value>) {
    checkFreshness(options);
    if (!(Number.isSafeInteger(options.maxEntries) && options.maxEntries > 0)) {
      throw new RangeError(
        `maxEntries is ${options.maxEntries}: give a whole number of at least 1.`,
      );
    }
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
    this.#failures = new LRUCache({ max: options.maxEntries });
  }

  /** @throws What the load throws, when nothing usable is left. */
  async get(key: string): Promise<Answer<Value>> {
    const entry = this.#entries.get(key);
    const freshness = entry ? freshnessOf(entry, this.#options.now()) : 'expired';
    if (entry && freshness === 'fresh') return answer(entry, 'process');
    const flight = this.#fly(key, entry);
    if (!entry || freshness === 'expired') return flight.answer;
    // Whoever asks does not wait; that the flight may fail is told to `onTrouble`.
    flight.answer.catch(() => undefined);
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
    this.#flights.delete(key);
  }

  #fly(key: string, old: Entry<Value> | undefined): Flight<Value> {
    const flying = this.#flights.get(key);
    if (flying) return flying;
    const { promise, resolve } = Promise.withResolvers<Answer<Value>>();
    const flight: Flight<Value> = { answer: promise };
    this.#flights.set(key, flight);
    const fetched = this.#fetch(key, flight).catch((error: unknown) => {
      this.#options.onTrouble?.('origin', key, error);
      // Only what was not invalidated since may stand in for the origin.
      const isCurrent = this.#flights.get(key) === flight;
      if (old && isCurrent && freshnessOf(old, this.#options.now()) !== 'expired') {
        return answer(old, 'stale');
      }
      throw error;
    });
    resolve(
      fetched.finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }),
    );
    return flight;
  }

  async #fetch(key: string, flight: Flight<Value>): Promise<Answer<Value>> {
    for (let reloads = 0; ; reloads += 1) {
      const known = await this.#read(key);
      if (known?.entry && freshnessOf(known.entry, this.#options.now()) === 'fresh') {
        this.#keep(known.entry, flight);
        return answer(known.entry, 'shared');
      }
      const loadedMs = this.#options.now();
      const value = await this.#load(key);
      const entry = makeEntry(key, value, loadedMs, this.#options, this.#options.random());
      const isCurrent = !known || (await this.#write(entry, known.epoch));
      if (isCurrent) this.#keep(entry, flight);
      // Whoever joined after the invalidation must not get what was loaded before it.
      if (isCurrent || reloads === mostReloads) return answer(entry, 'origin');
    }
  }

  /** An origin that fails is not asked once for everybody who comes. */
  async #load(key: string): Promise<Value | undefined> {
    const { load, now, failurePauseMs } = this.#options;
    const failure = this.#failures.get(key);
    if (failure && now() < failure.untilMs) throw failure.error;
    try {
      return await load(key);
    } catch (error) {
      this.#failures.set(key, { error, untilMs: now() + failurePauseMs });
      throw error;
    }
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
