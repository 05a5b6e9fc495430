import {
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type Stamp,
} from '#collaboration-platform';

const batchEveryMs = 1_000;

/**
 * History gets the edits of a second in one call, and not each by itself. For forty seconds half of
 * these calls fail. `record` takes edits over: from then on they are the journal's to look after.
 *
 * `pending` is how many history does not have yet; `close` resolves when it has all of them, or has
 * refused them for three minutes. The same entries may come twice: their ids tell.
 */
const createJournal: Parts['createJournal'] = (ports) => {
  let buffer: Stamp[] = [];

  async function flush(): Promise<void> {
    if (buffer.length === 0) return;
    const entries = buffer;
    buffer = [];
    try {
      await ports.recordHistory(entries);
    } catch {
      ports.count('historyDeadLetters');
    }
  }
  const timer = setInterval(() => void flush(), batchEveryMs);

  return {
    record(_roomId, edits) {
      buffer.push(...edits);
    },
    get pending() {
      return buffer.length;
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createJournal });
