/**
 * Rows that one statement at a time may change. Whoever changes what is for sale of a product has its row for a while,
 * until that is on disk wherever it has to be; others wait, first come, first served, and keep their connections.
 */
export interface RowLocks {
  /** A statement arrives at the row of a product. Gives back how long it is there, with all that it waits, in ms. */
  take(productId: string): number;
  /** How many statements waited for one row at once, at worst, since this was asked last. */
  longestLine(): number;
}

/** @param lockMs For how long a statement has its row, in ms; above 0. */
export function createRowLocks(lockMs: number, elapsedMs: () => number): RowLocks {
  const freeAtMs = new Map<string, number>();
  let longest = 0;
  return {
    take(productId) {
      const nowMs = elapsedMs();
      const waitMs = Math.max(0, (freeAtMs.get(productId) ?? 0) - nowMs);
      // One has the row, the others wait for it.
      longest = Math.max(longest, Math.ceil(waitMs / lockMs));
      freeAtMs.set(productId, nowMs + waitMs + lockMs);
      return waitMs + lockMs;
    },
    longestLine() {
      const found = longest;
      longest = 0;
      return found;
    },
  };
}
