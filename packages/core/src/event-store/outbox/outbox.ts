import type { JsonValue } from '../event.ts';

/** A message that leaves if and only if the transaction it was enqueued in commits. */
export interface NewOutboxMessage {
  /**
   * A UUID, which a receiver can recognise a repetition by. Enqueuing the same message again does
   * nothing, as long as the first has not been purged. Default: a new one.
   */
  readonly messageId?: string;
  readonly topic: string;
  /** Messages of one key leave in the order in which they were enqueued. */
  readonly key: string;
  /** A value that JSON can hold. */
  readonly payload: unknown;
  readonly headers?: { readonly [name: string]: JsonValue };
}

/** A message in the outbox. */
export interface OutboxMessage extends Required<NewOutboxMessage> {
  /** Grows in the order of enqueuing, with gaps. */
  readonly sequence: number;
  /** How often publishing it failed. */
  readonly attempts: number;
  readonly enqueuedAt: Date;
}

/** The right to publish one lane of the outbox, until it expires or is taken over. */
export interface OutboxLease {
  readonly lane: number;
  readonly owner: string;
  /** Grows with every takeover: what an older epoch writes is refused. */
  readonly epoch: number;
  readonly expiresAt: Date;
}

/** A message that was given up. */
export interface OutboxDeadLetter extends OutboxMessage {
  readonly error: string;
  readonly failedAt: Date;
}

/** How full the outbox is. */
export interface OutboxStatus {
  readonly pending: number;
  readonly published: number;
  readonly dead: number;
  /** When the oldest pending message was enqueued. */
  readonly oldestPendingAt: Date | undefined;
}

/**
 * The storage half of the outbox. Keys are hashed to lanes; who holds the lease of a lane publishes
 * its messages, so that several relays share the work and the order of a key holds.
 */
export interface Outbox<Tx> {
  readonly laneCount: number;
  /**
   * Puts messages into the outbox, in one round trip. They are seen once `tx` has committed.
   *
   * @throws MessageIdReusedError when a message of the same id says something else: none of these was
   *   enqueued, and `tx` is still usable. @throws InvalidMessageError for what JSON cannot say.
   * @throws RangeError naming what is missing or unusable.
   */
  enqueue(messages: readonly NewOutboxMessage[], options: { readonly tx: Tx }): Promise<void>;
  /** Takes up to `limit` lanes that are free, expired or held by `owner` already, for `leaseMs`. */
  acquire(request: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly OutboxLease[]>;
  /** Extends leases to `leaseMs` from now. Gives those that still hold; the rest were taken over. */
  renew(leases: readonly OutboxLease[], leaseMs: number): Promise<readonly OutboxLease[]>;
  /** Gives lanes back. A lease that was lost is passed over. */
  release(leases: readonly OutboxLease[]): Promise<void>;
  /**
   * Messages of a lane that wait to be published, the oldest first. A key whose oldest message waits
   * for its next attempt is left out as a whole.
   */
  pending(lane: number, limit: number): Promise<readonly OutboxMessage[]>;
  /** Marks messages as published. @throws LeaseLostError when the lane was taken over. */
  markPublished(lease: OutboxLease, messageIds: readonly string[]): Promise<void>;
  /**
   * Counts a failed attempt. With `retryAfterMs` the message is tried again so many milliseconds from
   * now, and the rest of its key waits; without, it becomes a dead letter and its key goes on.
   *
   * @throws LeaseLostError when the lane was taken over.
   */
  markFailed(
    lease: OutboxLease,
    messageId: string,
    failure: { readonly error: string; readonly retryAfterMs?: number },
  ): Promise<void>;
  /** The dead letters, the oldest first. */
  deadLetters(limit?: number): Promise<readonly OutboxDeadLetter[]>;
  /** Puts a dead letter back among the pending, at its old place. False when there is none. */
  revive(messageId: string): Promise<boolean>;
  status(): Promise<OutboxStatus>;
  /**
   * Deletes what was published longer ago than `olderThanMs` milliseconds, by the clock that leases go
   * by. Returns how many.
   */
  purgePublished(age: { readonly olderThanMs: number }): Promise<number>;
}
