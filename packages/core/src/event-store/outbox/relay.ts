import type { EventStore } from '../event-store.ts';
import { checkInteger } from '../checks.ts';
import { LeaseLostError } from '../errors.ts';
import type { OutboxLease, OutboxMessage } from './outbox.ts';

export interface OutboxRelayOptions<Tx> {
  readonly store: Pick<EventStore<Tx>, 'outbox'>;
  /** Sends a message. May be called again for the same `messageId`: a receiver must recognise it. */
  readonly publish: (message: OutboxMessage) => Promise<void>;
  /** Tells relays apart. Default: a new UUID. */
  readonly owner?: string;
  /** Messages of a lane in one go. Default: 100. */
  readonly batchSize?: number;
  /** How long a lane is held without a sign of life. Publishing a batch must take less. Default: 30,000. */
  readonly leaseMs?: number;
  /** Times that a message is tried before it becomes a dead letter. Default: 10. */
  readonly maxAttempts?: number;
  /** Milliseconds to wait after the n-th failure. Default: 2^n x 100, at most a minute. */
  readonly retryDelayMs?: (attempts: number) => number;
}

/** What one pass did. */
export interface RelayPass {
  readonly published: number;
  readonly failed: number;
  /** Of the failed, those that became dead letters. */
  readonly dead: number;
}

export interface OutboxRelay {
  /**
   * Publishes what waits, in order by key; once it is published it is marked. Call it again and again:
   * on a timer, and after `onAppended`.
   */
  runOnce(): Promise<RelayPass>;
  /** Gives the lanes back. */
  close(): Promise<void>;
}

/**
 * Makes a relay that publishes the outbox at least once. Several relays share the lanes; one that is
 * killed loses its lanes when its leases expire, and what it had published but not marked goes out again.
 *
 * @throws RangeError on an option out of range.
 */
export function createOutboxRelay<Tx>(options: OutboxRelayOptions<Tx>): OutboxRelay {
  const { publish, store, owner = crypto.randomUUID() } = options;
  const { outbox } = store;
  const batchSize = checkInteger('batchSize', options.batchSize ?? 100, 1);
  const leaseMs = checkInteger('leaseMs', options.leaseMs ?? 30_000, 1);
  const maxAttempts = checkInteger('maxAttempts', options.maxAttempts ?? 10, 1);
  const delayMs =
    options.retryDelayMs ?? ((attempts: number) => Math.min(60_000, 100 * 2 ** attempts));
  let leases: readonly OutboxLease[] = [];

  async function runLane(lease: OutboxLease): Promise<RelayPass> {
    const published: string[] = [];
    const failures: { readonly message: OutboxMessage; readonly error: string }[] = [];
    const blocked = new Set<string>();
    for (const message of await outbox.pending(lease.lane, batchSize)) {
      if (blocked.has(message.key)) continue;
      try {
        await publish(message);
        published.push(message.messageId);
      } catch (error) {
        // What comes later with this key must not overtake it.
        blocked.add(message.key);
        failures.push({ message, error: error instanceof Error ? error.message : String(error) });
      }
    }
    if (published.length > 0) await outbox.markPublished(lease, published);
    let dead = 0;
    for (const { message, error } of failures) {
      const attempts = message.attempts + 1;
      const isDead = attempts >= maxAttempts;
      if (isDead) dead += 1;
      const retryAt = new Date(Date.now() + delayMs(attempts));
      await outbox.markFailed(lease, message.messageId, { error, ...(isDead ? {} : { retryAt }) });
    }
    return { published: published.length, failed: failures.length, dead };
  }

  return {
    async runOnce() {
      leases = await outbox.acquire({ owner, leaseMs, limit: outbox.laneCount });
      const passes = await Promise.all(
        leases.map(async (lease) => {
          try {
            return await runLane(lease);
          } catch (error) {
            // Its new owner publishes what was not marked.
            if (error instanceof LeaseLostError) return { published: 0, failed: 0, dead: 0 };
            throw error;
          }
        }),
      );
      const sum = (field: keyof RelayPass): number =>
        passes.reduce((total, pass) => total + pass[field], 0);
      return { published: sum('published'), failed: sum('failed'), dead: sum('dead') };
    },

    async close() {
      await outbox.release(leases);
      leases = [];
    },
  };
}
