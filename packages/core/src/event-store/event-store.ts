import type { AnyEvent, NewEvent, RecordedEvent, StreamId } from './event.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { ProjectionStorage } from './projection-storage.ts';
import type { SnapshotStore } from './snapshot.ts';

/**
 * The version that a stream must have for an append to succeed: exactly this one, `none` for a stream
 * that does not exist yet (version 0), or `any` for no condition.
 */
export type ExpectedVersion = number | 'any' | 'none';

/** The version that a stream must have, and in whose transaction and name to append. */
export interface AppendOptions<Tx> {
  readonly expectedVersion: ExpectedVersion;
  /** The transaction to append in. Default: one of its own, committed when the append resolves. */
  readonly tx?: Tx;
  /** Whose events they are. Default: empty. */
  readonly tenant?: string;
}

/**
 * What an append did. `already-appended`: every event was in this stream before, by its `eventId`, so
 * nothing was written; the versions are those of then.
 */
export interface AppendResult {
  readonly outcome: 'appended' | 'already-appended';
  /** Version of the first of the events. */
  readonly fromVersion: number;
  /** Version of the last of the events: what to expect at the next append. */
  readonly toVersion: number;
  /** Position of the last of the events. */
  readonly position: number;
}

/** Which versions of a stream to read, and in which direction. */
export interface ReadStreamOptions<Tx> {
  /** Lowest version to read, included. Default: 1. */
  readonly from?: number;
  /** Highest version to read, included. Default: the last. */
  readonly to?: number;
  /** `backwards` starts at the highest version. Default: `forwards`. */
  readonly direction?: 'forwards' | 'backwards';
  /** Number of events at most. Default: all. */
  readonly limit?: number;
  /** A transaction, whose own appends are then seen. */
  readonly tx?: Tx;
}

/** Which events to read: those that match every field that is there. An empty list matches none. */
export interface EventFilter {
  readonly types?: readonly string[];
  readonly categories?: readonly string[];
  readonly tenants?: readonly string[];
  /** Buckets of the store, as in `RecordedEvent.bucket`. */
  readonly buckets?: readonly number[];
}

/** Which piece of the global order to read. */
export interface ReadAllOptions {
  /** Position to read behind. Default: 0, the beginning. */
  readonly after?: number;
  /** Number of events at most. Default: 100. */
  readonly limit?: number;
  /** Default: all events. */
  readonly filter?: EventFilter;
}

/** A piece of the global order. */
export interface EventBatch<Event extends AnyEvent = AnyEvent> {
  /** In the order of positions. */
  readonly events: readonly RecordedEvent<Event>[];
  /**
   * All matching events up to this position are in this batch or were before it: read on behind it. It
   * moves on where nothing matches, too.
   */
  readonly scannedTo: number;
  /** Up to where the order was settled when it was read; `scannedTo` equals it at the end. */
  readonly horizon: number;
}

/** Ends of the global order. */
export interface StorePositions {
  /**
   * The safe horizon: no event will ever appear at or below this position any more. Reading stops
   * here, which is why it never skips one.
   */
  readonly horizon: number;
  /** Highest position of a committed event. Between the horizon and here, writers are still open. */
  readonly head: number;
}

/** Runs in the transaction of an append, after its events were written; a rejection undoes the append. */
export interface InlineProjection<Tx, Event extends AnyEvent = AnyEvent> {
  readonly name: string;
  /** Default: all events. `buckets` is ignored. */
  readonly filter?: EventFilter;
  readonly handle: (events: readonly RecordedEvent<Event>[], tx: Tx) => Promise<void>;
}

/**
 * The port of the event store. Adapters: in memory, PGlite, PostgreSQL; one contract suite holds for
 * all of them (`@firedrill/core/event-store/testing`). `Tx` is what the adapter calls a transaction.
 */
export interface EventStore<Tx = unknown, Event extends AnyEvent = AnyEvent> {
  /** Buckets that streams are hashed to. Fixed for the life of the stored data. */
  readonly bucketCount: number;
  readonly snapshots: SnapshotStore<Tx>;
  readonly outbox: Outbox<Tx>;
  readonly projections: ProjectionStorage<Tx, Event>;

  /**
   * Runs `work` in a transaction: committed when it resolves, undone when it rejects, with its
   * rejection handed on. Every operation of the store that is to be part of it must be given `tx`.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;

  /**
   * Appends events to a stream, all or none, in one round trip.
   *
   * @throws VersionConflictError when the stream is not at the expected version. Nothing was written,
   *   and a transaction that was given is still usable.
   * @throws EventIdReusedError when some but not all of the events were appended before, or to another
   *   stream. Nothing was written, and a transaction that was given is still usable.
   * @throws InvalidEventError when an event does not match its schema. Nothing was sent.
   */
  append(
    stream: StreamId,
    events: readonly NewEvent<Event>[],
    options: AppendOptions<Tx>,
  ): Promise<AppendResult>;

  /** The events of a stream; none when it does not exist. */
  readStream(
    stream: StreamId,
    options?: ReadStreamOptions<Tx>,
  ): Promise<readonly RecordedEvent<Event>[]>;

  /** The next events of all streams up to the safe horizon, in global order. Skips none. */
  readAll(options?: ReadAllOptions): Promise<EventBatch<Event>>;

  /** Where the global order ends now. */
  positions(): Promise<StorePositions>;

  /** Adds a projection that runs inside every append from now on. Returns what removes it again. */
  addInlineProjection(projection: InlineProjection<Tx, Event>): () => void;

  /**
   * Calls `listener` after an append through this object was committed: a hint to poll at once. Other
   * processes' appends give no hint. Returns what removes it again.
   */
  onAppended(listener: () => void): () => void;

  /** Ends the store and what it holds: connections, worker, locks. */
  close(): Promise<void>;
}
