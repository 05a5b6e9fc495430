import type { StreamId } from './event.ts';
import type { ExpectedVersion } from './event-store.ts';
import type { ReuseReason } from './repetition.ts';

/** Any refusal of the event store. `code` is stable. */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** How messages name a stream. */
export function streamName({ category, id }: StreamId): string {
  return `${category}/${id}`;
}

/** The stream is not at the version that the append expected: somebody else was faster. */
export class VersionConflictError extends EventStoreError {
  readonly code = 'VERSION_CONFLICT';
  readonly stream: StreamId;
  readonly expectedVersion: ExpectedVersion;
  /** Version of the stream when it was looked at; 0 when it does not exist. */
  readonly actualVersion: number;

  constructor(stream: StreamId, expectedVersion: ExpectedVersion, actualVersion: number) {
    const expected =
      expectedVersion === 'none' ? 'not to exist' : `to be at version ${expectedVersion}`;
    super(
      `Failed to append to ${streamName(stream)}: it was expected ${expected}, and is at version ` +
        `${actualVersion}. Read it again, decide again, and append to the version that was read.`,
    );
    this.stream = stream;
    this.expectedVersion = expectedVersion;
    this.actualVersion = actualVersion;
  }
}

/** An event id was used before, and this append is no repetition of that one. */
export class EventIdReusedError extends EventStoreError {
  readonly code = 'EVENT_ID_REUSED';
  readonly stream: StreamId;
  readonly eventIds: readonly string[];
  /**
   * `elsewhere`: in another stream. `changed`: with other content. `incomplete`: without the other
   * events of this append.
   */
  readonly reason: ReuseReason;

  constructor(
    stream: StreamId,
    eventIds: readonly string[],
    reason: ReuseReason,
    options?: ErrorOptions,
  ) {
    const where = {
      elsewhere: 'in another stream',
      changed: 'with other content (type, data, metadata or tenant)',
      incomplete: 'without the other events of this append',
    }[reason];
    super(
      `Failed to append to ${streamName(stream)}: ${eventIds.join(', ')} already stand in the store, ` +
        `${where}. Nothing was written. Repeat an append as it was, or give new events new ids.`,
      options,
    );
    this.stream = stream;
    this.eventIds = eventIds;
    this.reason = reason;
  }
}

/** One reason why a payload was refused. */
export interface EventIssue {
  /** Dotted path to the value; empty for the payload itself. */
  readonly path: string;
  readonly message: string;
}

/** An event that cannot be stored: it does not match its schema, or is no JSON. */
export class InvalidEventError extends EventStoreError {
  readonly code = 'INVALID_EVENT';
  readonly type: string;
  readonly issues: readonly EventIssue[];

  constructor(type: string, issues: readonly EventIssue[], options?: ErrorOptions) {
    const [first] = issues;
    const where = first === undefined || first.path === '' ? '' : ` at "${first.path}"`;
    super(
      `Failed to append an event "${type}": ${first?.message ?? 'it is invalid'}${where}. ` +
        'Nothing was written; correct the event.',
      options,
    );
    this.type = type;
    this.issues = issues;
  }
}

/** A state that no snapshot can give back as it was. */
export class InvalidSnapshotError extends EventStoreError {
  readonly code = 'INVALID_SNAPSHOT';
  readonly snapshot: string;
  readonly issue: EventIssue;

  constructor(snapshot: string, issue: EventIssue) {
    const where = issue.path === '' ? '' : ` at "${issue.path}"`;
    super(
      `Failed to save the snapshot "${snapshot}": ${issue.message}${where}, and loading must give back ` +
        'the very state. Events are not touched. Keep plain objects, lists, texts and numbers in the state.',
    );
    this.snapshot = snapshot;
    this.issue = issue;
  }
}

/** A stored event could not be brought to the shape that the code knows. */
export class UpcastError extends EventStoreError {
  readonly code = 'UPCAST_FAILED';
  readonly type: string;
  readonly eventId: string;
  readonly schemaVersion: number;

  constructor(
    event: { readonly type: string; readonly eventId: string; readonly schemaVersion: number },
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `Failed to read event ${event.eventId}, "${event.type}" of schema version ` +
        `${event.schemaVersion}: ${reason}. Correct the catalogue: every version that was ever ` +
        'stored needs an upcast.',
      options,
    );
    this.type = event.type;
    this.eventId = event.eventId;
    this.schemaVersion = event.schemaVersion;
  }
}

/** A lease was used after it was taken over by somebody else, or after its generation had ended. */
export class LeaseLostError extends EventStoreError {
  readonly code = 'LEASE_LOST';
  /** What was leased, e.g. `bucket 3 of orders, generation 1`. */
  readonly subject: string;
  readonly epoch: number;

  constructor(subject: string, epoch: number) {
    super(
      `Failed to write for ${subject}: the lease of epoch ${epoch} was taken over or has ended. ` +
        'Roll back, and leave the work to its new owner.',
    );
    this.subject = subject;
    this.epoch = epoch;
  }
}

/** A projection is registered with a bucket count that it does not have. */
export class BucketCountMismatchError extends EventStoreError {
  readonly code = 'BUCKET_COUNT_MISMATCH';
  readonly projection: string;
  readonly registered: number;
  readonly requested: number;

  constructor(projection: string, registered: number, requested: number) {
    super(
      `Failed to register ${projection} with ${requested} buckets: its checkpoints are kept for ` +
        `${registered}. Use ${registered}, or register the projection under a new name.`,
    );
    this.projection = projection;
    this.registered = registered;
    this.requested = requested;
  }
}

/** Something was asked of a projection that was never registered. */
export class UnknownProjectionError extends EventStoreError {
  readonly code = 'UNKNOWN_PROJECTION';
  readonly projection: string;

  constructor(projection: string) {
    super(
      `Failed to find the projection ${projection}: it was never registered. Register it first.`,
    );
    this.projection = projection;
  }
}

/** A rebuild cannot be begun, or not be swapped in yet. */
export class RebuildError extends EventStoreError {
  readonly code = 'REBUILD_REFUSED';
  readonly projection: string;
  readonly reason: 'under-way' | 'none' | 'behind';

  constructor(projection: string, reason: 'under-way' | 'none' | 'behind') {
    const sentence = {
      'under-way': 'one is under way. Swap it in or abandon it first.',
      none: 'none is under way. Start one first.',
      behind: 'it has not caught up yet. Swap it in when all its buckets have.',
    }[reason];
    super(`Failed to go on with the rebuild of ${projection}: ${sentence}`);
    this.projection = projection;
    this.reason = reason;
  }
}

/** A transaction was used after it had ended. */
export class TransactionEndedError extends EventStoreError {
  readonly code = 'TRANSACTION_ENDED';

  constructor() {
    super(
      'Failed to use a transaction: it has ended. Await everything that belongs to it before its ' +
        'callback resolves.',
    );
  }
}

/** An error inside a transaction was swallowed, and the database had already given the transaction up. */
export class TransactionAbortedError extends EventStoreError {
  readonly code = 'TRANSACTION_ABORTED';

  constructor(options?: ErrorOptions) {
    super(
      'Failed to go on with a transaction: an earlier error in it aborted it, and nothing of it was ' +
        'written. Let that error end the transaction, and run the transaction again.',
      options,
    );
  }
}

/** Two transactions waited for each other; this one was chosen to give way and is rolled back. */
export class DeadlockDetectedError extends EventStoreError {
  readonly code = 'DEADLOCK_DETECTED';

  constructor(options?: ErrorOptions) {
    super(
      'Failed to wait for a lock: another transaction waits for one of ours. Run the transaction ' +
        'again, and write to streams in the same order everywhere.',
      options,
    );
  }
}

/** The store was used without `tx` inside one of its own transactions, and would wait for itself. */
export class TransactionRequiredError extends EventStoreError {
  readonly code = 'TRANSACTION_REQUIRED';

  constructor() {
    super(
      'Failed to use the embedded event store inside its own transaction without `tx`: it has one ' +
        'connection, and would wait for itself for ever. Hand `tx` on.',
    );
  }
}

/** The store was closed. */
export class StoreClosedError extends EventStoreError {
  readonly code = 'STORE_CLOSED';

  constructor() {
    super('Failed to use the event store: it is closed. Open it again.');
  }
}
