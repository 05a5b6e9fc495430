import { createGame, type CreateSystem, hardenedParts, type WriteBehind } from '#gaming-platform';

/**
 * A batch that fails goes back and is written with the next, unless something newer has come; and there
 * is one batch at a time, so that none overtakes another. What is being written still counts as
 * pending: whoever closes waits for it.
 */
function createWriteBehind<Value>(
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

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createWriteBehind });
