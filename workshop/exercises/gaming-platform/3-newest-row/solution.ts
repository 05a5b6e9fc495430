import { createGame, type CreateSystem, hardenedParts, type WriteBehind } from '#gaming-platform';

interface Entry<Value> {
  readonly value: Value;
  /** Who waits for it, or for an older value of the key. */
  readonly waiters: (() => void)[];
}

/**
 * A batch that fails goes back and is written with the next, unless something newer has come; and there
 * is one batch at a time, so that none overtakes another. What is being written still counts as
 * pending: whoever closes waits for it. Done is what is written, and with it all that it stands for.
 */
function createWriteBehind<Value>(
  write: (values: readonly Value[]) => Promise<unknown>,
): WriteBehind<Value> {
  let waiting = new Map<string, Entry<Value>>();
  let writing: Map<string, Entry<Value>> | undefined;

  /** A value of a batch that failed is to be written again; of two the newer one, for whoever waits for either. */
  function putBack(key: string, failed: Entry<Value>): void {
    const newer = waiting.get(key);
    if (newer === undefined) waiting.set(key, failed);
    else newer.waiters.unshift(...failed.waiters);
  }

  return {
    put(key, value, done) {
      const { waiters = [] } = waiting.get(key) ?? {};
      if (done !== undefined) waiters.push(done);
      waiting.set(key, { value, waiters });
    },
    remove(key) {
      for (const entries of [writing, waiting]) {
        const removed = entries?.get(key);
        entries?.delete(key);
        for (const done of removed?.waiters ?? []) done();
      }
    },
    async flush() {
      if (writing !== undefined || waiting.size === 0) return;
      const batch = waiting;
      writing = batch;
      waiting = new Map();
      try {
        await write([...batch.values()].map(({ value }) => value));
      } catch (error) {
        for (const [key, entry] of batch) putBack(key, entry);
        throw error;
      } finally {
        writing = undefined;
      }
      for (const { waiters } of batch.values()) for (const done of waiters) done();
    },
    get pending() {
      return waiting.size + (writing?.size ?? 0);
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createWriteBehind });
