import { checkInteger, checkText } from '../checks.ts';
import type { EventStore } from '../event-store.ts';
import type { OutboxMessage } from './outbox.ts';
import { RelayPassRun, type RelayPass } from './relay-pass.ts';

/** Who publishes, in which batches, for how many ms, and how often. */
export interface OutboxRelayOptions<Tx> {
  readonly store: Pick<EventStore<Tx>, 'outbox'>;
  /**
   * Sends a message. May be called again for the same `messageId`: a receiver must recognise it. The
   * signal is aborted when its time is over, and when the lane of the message was taken over.
   */
  readonly publish: (
    message: OutboxMessage,
    context: { readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Tells relays apart. Default: a new UUID. */
  readonly owner?: string;
  /** Messages of a lane in one go. Default: 100. */
  readonly batchSize?: number;
  /**
   * Milliseconds until the lanes of a relay that died go to others. While it publishes they are renewed
   * three times in it. Default: 30,000.
   */
  readonly leaseMs?: number;
  /** Milliseconds that publishing one message may take. Default: 30,000. */
  readonly publishTimeoutMs?: number;
  /** Times that a message is tried before it becomes a dead letter. Default: 10. */
  readonly maxAttempts?: number;
  /** Milliseconds to wait after the n-th failure. Default: 2^n x 100, at most a minute. */
  readonly retryDelayMs?: (attempts: number) => number;
}

/** Publishes what an outbox holds, at least once, in order by key. */
export interface OutboxRelay {
  /**
   * Publishes what waits, in order by key; once it is published it is marked. Call it again and again:
   * on a timer, and after `onAppended`. A relay does not overlap itself: calls during a pass share the
   * one that follows.
   *
   * @throws RangeError when `retryDelayMs` gave no delay: the failures were noted with the default one.
   *   What the store throws.
   */
  runOnce(): Promise<RelayPass>;
  /** Begins no message any more, waits for the pass under way, and gives the lanes back. */
  close(): Promise<void>;
}

const LONGEST_MS = 2 ** 31 - 1;

/**
 * Makes a relay that publishes the outbox at least once. Several relays share the lanes; one that is
 * killed loses its lanes when its leases expire, and what it had published but not marked goes out again.
 *
 * @throws RangeError on an option out of range.
 */
export function createOutboxRelay<Tx>(options: OutboxRelayOptions<Tx>): OutboxRelay {
  const settings = {
    outbox: options.store.outbox,
    publish: options.publish,
    owner: checkText('owner', options.owner ?? crypto.randomUUID()),
    batchSize: checkInteger('batchSize', options.batchSize ?? 100, 1),
    leaseMs: checkInteger('leaseMs', options.leaseMs ?? 30_000, 1, LONGEST_MS),
    publishTimeoutMs: checkInteger(
      'publishTimeoutMs',
      options.publishTimeoutMs ?? 30_000,
      1,
      LONGEST_MS,
    ),
    maxAttempts: checkInteger('maxAttempts', options.maxAttempts ?? 10, 1),
    retryDelayMs: options.retryDelayMs,
  };
  const closing = new AbortController();
  let running: Promise<RelayPass> | undefined;
  let following: Promise<RelayPass> | undefined;

  function begin(): Promise<RelayPass> {
    const pass = new RelayPassRun<Tx>(settings, closing.signal).run().finally(() => {
      running = undefined;
    });
    running = pass;
    return pass;
  }

  return {
    runOnce() {
      if (running === undefined) return begin();
      // What is under way may have looked before the message came that the caller knows of.
      following ??= running
        .catch(() => undefined)
        .then(() => {
          following = undefined;
          return begin();
        });
      return following;
    },

    async close() {
      closing.abort();
      await following?.catch(() => undefined);
      await running?.catch(() => undefined);
    },
  };
}
