/**
 * Writes the latest value of each key in the background: in batches, one batch at a time, so that no
 * write overtakes another and a key that changes often is written once. A batch that fails goes back
 * and is written with the next, unless something newer has come.
 */
export interface WriteBehind<Value> {
  put(key: string, value: Value): void;
  remove(key: string): void;
  /** Writes what has gathered. Rejects with the error of the write, and nothing is lost. */
  flush(): Promise<void>;
  /** Values that are not known to be written. */
  readonly pending: number;
}

export function createWriteBehind<Value>(
  write: (values: readonly Value[]) => Promise<unknown>,
): WriteBehind<Value> {
  let waiting = new Map<string, Value>();
  let writing: Map<string, Value> | undefined;

  return {
    put(key, value) {
      waiting.set(key, value);
    },
    remove(key) {
      waiting.delete(key);
      writing?.delete(key);
    },
    async flush() {
      if (writing !== undefined || waiting.size === 0) return;
      const batch = waiting;
      writing = batch;
      waiting = new Map();
      try {
        await write([...batch.values()]);
      } catch (error) {
        for (const [key, value] of batch) if (!waiting.has(key)) waiting.set(key, value);
        throw error;
      } finally {
        writing = undefined;
      }
    },
    get pending() {
      return waiting.size + (writing?.size ?? 0);
    },
  };
}
