import { createGame, type CreateSystem, hardenedParts, type WriteBehind } from '#gaming-platform';

/**
 * Rows and scores are written behind the tick, once a second, all that changed in one batch. A player
 * who changed ten times is one row. The database fails now and then: what becomes of the batch?
 */
function createWriteBehind<Value>(
  write: (values: readonly Value[]) => Promise<unknown>,
): WriteBehind<Value> {
  let waiting = new Map<string, Value>();

  return {
    put(key, value, done) {
      waiting.set(key, value);
      done?.();
    },
    remove(key) {
      waiting.delete(key);
    },
    async flush() {
      const batch = waiting;
      waiting = new Map();
      await write([...batch.values()]);
    },
    get pending() {
      return waiting.size;
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createWriteBehind });
