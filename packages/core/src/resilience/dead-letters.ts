import { DeadLettersFullError } from './errors.ts';
import { ObserverTally } from './observer-tally.ts';
import { checkLimit } from './option-checks.ts';
import { replayLetters, type ReplayOptions, type ReplayReport } from './replay.ts';

/** Work that was given up, with all that is needed to do it later. */
export interface Letter<T, Key extends string = string> {
  readonly item: T;
  /** What it belongs to: a merchant, a downstream. */
  readonly key: Key;
  /** Why it was given up, as a short stable code such as `attempts-exhausted`. */
  readonly reason: string;
  /** What the last attempt failed with. */
  readonly error: unknown;
  /** How often it was attempted, replays included. */
  readonly attempts: number;
  /** When it was given up, in milliseconds since 1970. */
  readonly atMs: number;
}

/** How many letters are kept, and who hears of a new one. */
export interface DeadLettersOptions<T, Key extends string = string> {
  /** How many letters are kept at most, those being replayed included. At least 1; `Infinity`
   * is no limit. */
  readonly capacity: number;
  /** Called after a letter was kept. What it throws or rejects with is counted. */
  readonly onAdd?: (letter: Letter<T, Key>) => unknown;
}

/** What could not be delivered, oldest first, up to a number of letters. */
export interface DeadLetters<T, Key extends string = string> {
  /** How many letters are kept, those being replayed included. */
  readonly size: number;
  /** Calls of `onAdd` that threw or rejected. */
  readonly observerFailures: number;
  /** @throws DeadLettersFullError at capacity; the letter is then still the caller's. */
  readonly add: (letter: Letter<T, Key>) => void;
  /** The letters that are kept, the oldest first, as they are now. */
  readonly entries: () => readonly Letter<T, Key>[];
  /** How many letters there are of each key that has any. */
  readonly countByKey: () => ReadonlyMap<Key, number>;
  /**
   * Hands the letters that are kept now, the oldest first, to `handle`. A letter leaves when its
   * `handle` succeeds, and until then takes up its place; when it fails the letter stays, with the
   * new error and one more attempt. Letters added meanwhile wait for the next replay, and a letter
   * that is in the hands of another replay is passed over.
   *
   * Does not reject because letters fail or the signal is aborted: the report says what remains.
   */
  readonly replay: (
    handle: (letter: Letter<T, Key>) => PromiseLike<unknown>,
    options?: ReplayOptions<Letter<T, Key>>,
  ) => Promise<ReplayReport>;
}

/** The place of a letter. Its letter is replaced when a replay fails; the place keeps its rank. */
interface Place<T, Key extends string> {
  letter: Letter<T, Key>;
}

/**
 * Makes a store of dead letters in memory. It never drops a letter: one that does not fit is refused.
 *
 * @throws RangeError on an option out of range.
 */
export function createDeadLetters<T, Key extends string = string>(
  options: DeadLettersOptions<T, Key>,
): DeadLetters<T, Key> {
  const capacity = checkLimit('capacity', options.capacity, { min: 1, integer: true });
  const { onAdd } = options;
  const observers = new ObserverTally();
  const places = new Set<Place<T, Key>>();
  const inReplay = new Set<Place<T, Key>>();
  const countByKey = new Map<Key, number>();

  function count(key: Key, change: 1 | -1): void {
    const letters = (countByKey.get(key) ?? 0) + change;
    if (letters === 0) countByKey.delete(key);
    else countByKey.set(key, letters);
  }

  return {
    get size() {
      return places.size;
    },

    get observerFailures() {
      return observers.failures;
    },

    add(letter) {
      if (places.size >= capacity) {
        throw new DeadLettersFullError(letter.key, capacity, letter.error);
      }
      places.add({ letter });
      count(letter.key, 1);
      observers.tell(onAdd, letter);
    },

    entries: () => Array.from(places, ({ letter }) => letter),

    countByKey: () => new Map(countByKey),

    async replay(handle, replayOptions = {}) {
      const { filter = () => true } = replayOptions;
      const chosen = [...places].filter((place) => !inReplay.has(place) && filter(place.letter));
      for (const place of chosen) inReplay.add(place);
      try {
        const tally = await replayLetters(chosen, replayOptions, async (place) => {
          try {
            await handle(place.letter);
          } catch (error) {
            place.letter = { ...place.letter, error, attempts: place.letter.attempts + 1 };
            return false;
          }
          places.delete(place);
          count(place.letter.key, -1);
          return true;
        });
        return { ...tally, remaining: places.size };
      } finally {
        for (const place of chosen) inReplay.delete(place);
      }
    },
  };
}
