/** A value as it is kept, or the knowledge that there is none. */
export interface Entry<Value> {
  /** Kept with the entry and compared on the way out: a mixed-up answer is a miss, not a leak. */
  readonly key: string;
  /** Undefined: the origin has nothing under this key (negative caching). */
  readonly value: Value | undefined;
  /** When its load began, milliseconds: the value is at least as new as this. */
  readonly loadedMs: number;
  /** Until then it is served as it is. */
  readonly freshUntilMs: number;
  /** Until then it is served while it is being fetched anew, or while the origin is down. */
  readonly usableUntilMs: number;
}

export interface FreshnessOptions {
  /** How long a value is fresh, milliseconds. */
  readonly freshMs: number;
  /** How long the knowledge is fresh that there is no value, milliseconds. Shorter: it is created soon. */
  readonly absentMs: number;
  /** Oldest value that is ever served, milliseconds since its load began: the promise of the cache. */
  readonly maxAgeMs: number;
  /**
   * Share of the fresh time that chance takes off, 0 to 1. Without it, what was loaded together
   * (a warm-up, a restart) expires together.
   */
  readonly jitter: number;
}

/** @throws RangeError naming the option that does not fit. */
export function checkFreshness(options: FreshnessOptions): void {
  const { freshMs, absentMs, maxAgeMs, jitter } = options;
  for (const [name, value] of Object.entries({ freshMs, absentMs, maxAgeMs })) {
    if (!(value > 0)) throw new RangeError(`${name} is ${value}: give milliseconds above 0.`);
  }
  if (maxAgeMs < freshMs || maxAgeMs < absentMs) {
    throw new RangeError(
      `maxAgeMs is ${maxAgeMs}: give at least freshMs (${freshMs}) and absentMs (${absentMs}).`,
    );
  }
  if (!(jitter >= 0 && jitter < 1)) {
    throw new RangeError(`jitter is ${jitter}: give a share from 0 to below 1.`);
  }
}

/** @param random A number from 0 to below 1. */
export function makeEntry<Value>(
  key: string,
  value: Value | undefined,
  loadedMs: number,
  options: FreshnessOptions,
  random: number,
): Entry<Value> {
  const { freshMs, absentMs, maxAgeMs, jitter } = options;
  const lastsMs = (value === undefined ? absentMs : freshMs) * (1 - jitter * random);
  return {
    key,
    value,
    loadedMs,
    freshUntilMs: loadedMs + lastsMs,
    usableUntilMs: loadedMs + maxAgeMs,
  };
}

export type Freshness = 'fresh' | 'stale' | 'expired';

export function freshnessOf(entry: Entry<unknown>, nowMs: number): Freshness {
  if (nowMs < entry.freshUntilMs) return 'fresh';
  return nowMs < entry.usableUntilMs ? 'stale' : 'expired';
}
