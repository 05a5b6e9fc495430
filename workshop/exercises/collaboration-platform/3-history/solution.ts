import { sleep } from '@firedrill/core/resilience';
import {
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type Stamp,
} from '#collaboration-platform';

const batchEveryMs = 1_000;

/** Larger batches would take longer than a call may. */
const batchSize = 500;

/** After the last edit, history gets this long to be well again. */
const patienceMs = 180_000;

/**
 * A batch leaves the buffer when history has taken it, and at no other moment; one batch at a time, so
 * that the order is kept. What comes meanwhile waits behind it.
 */
const createJournal: Parts['createJournal'] = (ports) => {
  const buffer: Stamp[] = [];
  let isWriting = false;

  async function flush(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    try {
      while (buffer.length > 0) {
        const entries = buffer.slice(0, batchSize);
        await ports.recordHistory(entries);
        buffer.splice(0, entries.length);
      }
    } catch {
      // Whether it was written is unknown: the same entries go again in the next second.
      ports.count('historyRetries');
    } finally {
      isWriting = false;
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
      const giveUpAtMs = ports.nowMs() + patienceMs;
      while (buffer.length > 0 && ports.nowMs() < giveUpAtMs) await sleep(batchEveryMs / 4);
      clearInterval(timer);
    },
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createJournal });
