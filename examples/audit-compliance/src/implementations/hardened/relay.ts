import { sleep } from '@firedrill/core/resilience';
import type { OutboxLease, OutboxMessage } from '@firedrill/core/event-store';
import type { ClinicStore } from './events.ts';

/** Sends what is in the outbox, at least once; processes share its lanes. */
export interface Relay {
  stop(): void;
}

const pollMs = 2_000;
const leaseMs = 10_000;
const batchSize = 50;
const retryAfterMs = 2_000;
/** Whatever was not to be had is back by then: what still fails is wrong itself. */
const maxAttempts = 500;
/** What was sent is forgotten after this time. */
const keepSentMs = 60_000;
const forgetEveryMs = 30_000;

export function createRelay(
  owner: string,
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
        const dueInMs = dueAt === undefined ? 0 : dueAt.getTime() - Date.now();
        if (dueInMs > 0) {
          const later = { error: 'not due', retryAfterMs: dueInMs };
          await outbox.markFailed(lease, message.messageId, later);
          continue;
        }
        await send(message);
        await outbox.markPublished(lease, [message.messageId]);
      } catch (error) {
        await outbox.markFailed(lease, message.messageId, {
          error: String(error),
          ...(message.attempts < maxAttempts && { retryAfterMs }),
        });
      }
    }
  }

  async function run(): Promise<void> {
    let forgottenAtMs = Date.now();
    while (!stopping.signal.aborted) {
      try {
        const held = { owner, leaseMs };
        // One lane more than the fair share: that is how those of a dead process are taken over.
        const leases = await outbox.acquire({ ...held, limit: fairShare + 1 });
        await Promise.allSettled(leases.map((lease) => sendLane(lease)));
        const surplus = leases.slice(fairShare);
        if (surplus.length > 0) await outbox.release(surplus);
        if (Date.now() - forgottenAtMs < forgetEveryMs) continue;
        forgottenAtMs = Date.now();
        await outbox.purgePublished({ olderThanMs: keepSentMs });
      } catch {
        // The store was not to be had: look again.
      } finally {
        await sleep(pollMs);
      }
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
