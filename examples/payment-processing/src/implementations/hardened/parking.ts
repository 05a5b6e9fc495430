/**
 * Waiting lines behind open circuit breakers, one for each key.
 *
 * What waits costs nothing: a single item of each line goes out as the probe when the breaker may be
 * half-open again, and when the breaker closes, the rest follows at once.
 */
export interface Parking<Item> {
  /** Joins the line of a key; the first item of a line arms its probe, due in `retryAfterMs`. */
  park(key: string, item: Item, retryAfterMs: number): void;
  /** Whether the breaker of a key refuses calls for some time yet. */
  isBlocked(key: string): boolean;
  /** The breaker opened, and refuses calls for `forMs`. */
  blocked(key: string, forMs: number): void;
  /** The breaker closed: lets the whole line go. */
  opened(key: string): void;
}

export interface ParkingOptions<Item> {
  readonly elapsedMs: () => number;
  /** Sends an item on its way; if it meets the closed barrier again, it is parked again. */
  readonly leave: (item: Item) => void;
  /** Whether an item has waited too long. It is then handed to `expire`. */
  readonly isExpired: (item: Item) => boolean;
  readonly expire: (item: Item) => void;
  /** Time between two probes of a line, in ms. */
  readonly probeEveryMs: number;
}

export function createParking<Item>(options: ParkingOptions<Item>): Parking<Item> {
  const { elapsedMs, leave, isExpired, expire, probeEveryMs } = options;
  const lines = new Map<string, Item[]>();
  const blockedUntilMs = new Map<string, number>();

  function probe(key: string, line: readonly Item[]): void {
    // A line that was let go, or let go and formed anew, is not this probe's any more.
    if (lines.get(key) !== line) return;
    const [first, ...rest] = line.filter((item) => {
      const keeps = !isExpired(item);
      if (!keeps) expire(item);
      return keeps;
    });
    lines.delete(key);
    if (first === undefined) return;
    if (rest.length > 0) arm(key, rest, probeEveryMs);
    leave(first);
  }

  function arm(key: string, line: Item[], delayMs: number): void {
    lines.set(key, line);
    setTimeout(probe, delayMs, key, line);
  }

  return {
    park(key, item, retryAfterMs) {
      const line = lines.get(key);
      if (line === undefined) arm(key, [item], retryAfterMs);
      else line.push(item);
    },
    isBlocked: (key) => (blockedUntilMs.get(key) ?? 0) > elapsedMs(),
    blocked(key, forMs) {
      blockedUntilMs.set(key, elapsedMs() + forMs);
    },
    opened(key) {
      blockedUntilMs.delete(key);
      const line = lines.get(key) ?? [];
      lines.delete(key);
      for (const item of line) leave(item);
    },
  };
}
