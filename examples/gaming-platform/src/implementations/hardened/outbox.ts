import { type Backoff, backoffDelayMs } from '@firedrill/core/resilience';

/** Vital work on its way: it stays here until somebody says that it is done. */
export interface Outbox<Item> {
  /** Takes over an item and sends it. */
  add(key: string, item: Item): void;
  done(key: string): void;
  /** It did not work this time: sends it again, after a while. */
  failed(key: string): void;
  /** Whether an item is still to be done. */
  has(key: string): boolean;
  /** Gives up every item of which this holds, and gives them back. */
  drop(isDropped: (item: Item) => boolean): readonly Item[];
  readonly size: number;
}

const backoff: Backoff = { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'equal' };

/** `send` says whether it could take the item on at all. */
export function createOutbox<Item>(
  send: (item: Item) => boolean,
  random: () => number,
): Outbox<Item> {
  const entries = new Map<string, { readonly item: Item; failures: number }>();

  function attempt(key: string): void {
    const entry = entries.get(key);
    if (entry !== undefined && !send(entry.item)) failed(key);
  }

  function failed(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entry.failures += 1;
    setTimeout(attempt, backoffDelayMs(backoff, entry.failures, random), key);
  }

  return {
    add(key, item) {
      if (entries.has(key)) return;
      entries.set(key, { item, failures: 0 });
      attempt(key);
    },
    done(key) {
      entries.delete(key);
    },
    failed,
    has: (key) => entries.has(key),
    drop(isDropped) {
      const dropped = [...entries].filter(([, { item }]) => isDropped(item));
      for (const [key] of dropped) entries.delete(key);
      return dropped.map(([, { item }]) => item);
    },
    get size() {
      return entries.size;
    },
  };
}
