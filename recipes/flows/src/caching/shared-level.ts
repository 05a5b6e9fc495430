import type { Entry } from './freshness.ts';

/**
 * The level that all processes share. Each key has an **epoch** that every invalidation raises. A
 * load remembers the epoch that it began under, and its value is kept only under the same one:
 * else a read that began before the invalidation would write the old value after it, for good.
 * On Redis `put` and `invalidate` are one short script each.
 */
export interface SharedLevel<Value> {
  get(key: string): Promise<{ readonly entry: Entry<Value> | undefined; readonly epoch: number }>;
  /** Says false, and keeps nothing, when the key was invalidated since. */
  put(entry: Entry<Value>, epoch: number): Promise<boolean>;
  /** Forgets the value and raises the epoch. */
  invalidate(key: string): Promise<void>;
}

/** The same in one process. */
export class MemoryLevel<Value> implements SharedLevel<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #epochs = new Map<string, number>();

  get(key: string): Promise<{ entry: Entry<Value> | undefined; epoch: number }> {
    return Promise.resolve({ entry: this.#entries.get(key), epoch: this.#epoch(key) });
  }

  put(entry: Entry<Value>, epoch: number): Promise<boolean> {
    const isCurrent = this.#epoch(entry.key) === epoch;
    if (isCurrent) this.#entries.set(entry.key, entry);
    return Promise.resolve(isCurrent);
  }

  invalidate(key: string): Promise<void> {
    this.#epochs.set(key, this.#epoch(key) + 1);
    this.#entries.delete(key);
    return Promise.resolve();
  }

  #epoch(key: string): number {
    return this.#epochs.get(key) ?? 0;
  }
}
