import type { OutboxLease, OutboxMessage } from '@firedrill/core/event-store';
import type { Life } from '../../processes.ts';
import type { ClinicStore } from './events.ts';

/** Sends what is in the outbox, at least once; processes share its lanes. */
export interface Relay {
  stop(): void;
}

const pollMs = 1_000;
const leaseMs = 10_000;
const batchSize = 50;
const retryAfterMs = 2_000;
/** Whatever was not to be had is back by then: what still fails is wrong itself. */
const maxAttempts = 500;
/** What was sent is forgotten after this time. */
const keepSentMs = 60_000;

export function createRelay(
  life: Life,
  store: ClinicStore,
  processes: number,
  send: (message: OutboxMessage) => Promise<void>,
): Relay {
  const { outbox } = store;
  const fairShare = Math.ceil(outbox.laneCount / processes);
  const stopping = new AbortController();

  async function sendLane(lease: OutboxLease): Promise<void> {
    for (const message of await outbox.pending(lease.lane, batchSize)) {
      const dueAt = dueTimeOf(message);
      try {
        if (dueAt !== undefined && dueAt.getTime() > Date.now()) {
          await outbox.markFailed(lease, message.messageId, { error: 'not due', retryAt: dueAt });
          continue;
        }
        await send(message);
        await outbox.markPublished(lease, [message.messageId]);
      } catch (error) {
        await outbox.markFailed(lease, message.messageId, {
          error: String(error),
          ...(message.attempts < maxAttempts && { retryAt: new Date(Date.now() + retryAfterMs) }),
        });
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const held = { owner: life.name, leaseMs };
        // One lane more than the fair share: that is how those of a dead process are taken over.
        const leases = await outbox.acquire({ ...held, limit: fairShare + 1 });
        await Promise.allSettled(leases.map((lease) => sendLane(lease)));
        await outbox.release(leases.slice(fairShare));
        await outbox.purgePublished(new Date(Date.now() - keepSentMs));
      } catch {
        // The store was not to be had: look again.
      }
      await life.sleep(pollMs);
    }
  }

  void run();
  return {
    stop() {
      stopping.abort();
    },
  };
}

/** When a message is due that is not to go at once. */
function dueTimeOf({ headers }: OutboxMessage): Date | undefined {
  const { dueAt } = headers;
  return typeof dueAt === 'string' ? new Date(dueAt) : undefined;
}
