import type { AnyEvent, RecordedEvent } from './event.ts';
import type { EventBatch, EventFilter } from './event-store.ts';

/**
 * A generation of a projection is one build of its read model. `live` answers queries; `rebuilding`
 * is built beside it from zero; a swap makes it live and the old one `retired`.
 */
export type GenerationState = 'live' | 'rebuilding' | 'retired';

/** One build of a read model, by its number. */
export interface Generation {
  /** 1 for the first; grows by 1 with every rebuild. */
  readonly generation: number;
  readonly state: GenerationState;
}

/** A projection as the store knows it. */
export interface RegisteredProjection {
  readonly projection: string;
  /** Buckets that its work is split into: a divisor of the store's bucket count. */
  readonly bucketCount: number;
  /** The live one first, then the rebuilding one if there is one. Retired ones are left out. */
  readonly generations: readonly Generation[];
}

/** One bucket of one generation. */
export interface BucketId {
  readonly projection: string;
  readonly generation: number;
  /** 0 to the projection's bucket count, exclusive. */
  readonly bucket: number;
}

/** The right to work on a bucket, until it expires or is taken over. */
export interface BucketLease extends BucketId {
  readonly owner: string;
  /** Grows with every takeover: what an older epoch writes is refused. */
  readonly epoch: number;
  readonly expiresAt: Date;
  /** Position up to which the bucket was handled when the lease was taken. */
  readonly checkpoint: number;
  /** The event that the bucket is stuck at, as the last owner left it. */
  readonly failure: BucketFailure | undefined;
}

/** The event at which a bucket waits, having failed. */
export interface BucketFailure {
  readonly position: number;
  readonly eventId: string;
  /** How often the handler failed at it. */
  readonly attempts: number;
  /** The last error, with its stack if it has one. */
  readonly error: string;
  readonly failedAt: Date;
  /** When it is to be tried again; `undefined` when the bucket is stopped. */
  readonly retryAt: Date | undefined;
  /**
   * Milliseconds until then when this was read, at least 0, by the clock that leases go by: the one of
   * this process may say otherwise.
   */
  readonly retryInMs: number | undefined;
}

/** A bucket as it stands in the store. */
export interface BucketStatus extends BucketId {
  readonly checkpoint: number;
  /** Who holds the lease, which may have expired. */
  readonly owner: string | undefined;
  readonly epoch: number;
  readonly leaseExpiresAt: Date | undefined;
  /** Whether it had not expired when this was read, by the clock that leases go by. */
  readonly isLeased: boolean;
  /** `stopped`: an event failed for good and the policy is to stop; nobody is leased the bucket. */
  readonly state: 'running' | 'stopped';
  readonly failure: BucketFailure | undefined;
  readonly updatedAt: Date;
}

/** An event that a projection gave up. The projection went on without it. */
export interface ProjectionDeadLetter extends BucketId {
  readonly event: RecordedEvent;
  readonly attempts: number;
  readonly error: string;
  readonly failedAt: Date;
}

/** How far a projection has come (positions), by bucket, and how many letters are dead. */
export interface ProjectionStatus extends RegisteredProjection {
  readonly buckets: readonly BucketStatus[];
  /** Dead letters of the live generation. */
  readonly deadLetters: number;
  /** Ends of the store's global order when it was read; lag is the horizon less a checkpoint. */
  readonly horizon: number;
  readonly head: number;
}

/** The storage half of projections: checkpoints, leases, failures and generations. */
export interface ProjectionStorage<Tx, Event extends AnyEvent = AnyEvent> {
  /**
   * Makes the projection known, with a live generation 1 at position `startAfter` (default 0, the
   * beginning). Does nothing when it is known already.
   *
   * @throws BucketCountMismatchError when it is known with another bucket count.
   * @throws RangeError when the bucket count is no divisor of the store's.
   */
  register(registration: {
    readonly projection: string;
    readonly bucketCount: number;
    readonly startAfter?: number;
  }): Promise<RegisteredProjection>;

  /** All projections that are known, in the order of their names. */
  list(): Promise<readonly RegisteredProjection[]>;

  /** All buckets of a generation, in order. */
  buckets(projection: string, generation: number): Promise<readonly BucketStatus[]>;

  /**
   * Takes up to `limit` buckets that are free or whose lease has expired, for `leaseMs`; never a
   * stopped one, nor one that a transaction holds at this moment. Each grows its epoch by 1.
   */
  acquire(request: {
    readonly projection: string;
    readonly generation: number;
    readonly owner: string;
    readonly leaseMs: number;
    readonly limit: number;
    /** Only these buckets. Default: any. */
    readonly buckets?: readonly number[];
  }): Promise<readonly BucketLease[]>;

  /** Extends leases to `leaseMs` from now. Gives those that still hold; the rest were lost. */
  renew(leases: readonly BucketLease[], leaseMs: number): Promise<readonly BucketLease[]>;

  /** Gives buckets back at once. A lease that was lost is passed over. */
  release(leases: readonly BucketLease[]): Promise<void>;

  /** The next events of a bucket behind `after`, up to the safe horizon. Needs no lease. */
  readBatch(
    bucket: BucketId,
    options: { readonly after: number; readonly limit: number; readonly filter?: EventFilter },
  ): Promise<EventBatch<Event>>;

  /**
   * Moves the checkpoint in the handler's transaction and forgets the bucket's failure. The bucket
   * stays locked until that transaction ends, so what the handler wrote and the checkpoint commit
   * together or not at all.
   *
   * @throws LeaseLostError when the bucket was taken over or its generation retired: roll back.
   */
  moveCheckpoint(lease: BucketLease, to: number, options: { readonly tx: Tx }): Promise<void>;

  /**
   * Notes that the handler failed, in a transaction of its own. With `retryAfterMs` the event is to be
   * tried again so many milliseconds from now; without, the bucket is stopped and its lease ends.
   *
   * @throws LeaseLostError when the bucket was taken over.
   */
  recordFailure(
    lease: BucketLease,
    failure: {
      readonly event: RecordedEvent;
      readonly attempts: number;
      readonly error: string;
      readonly retryAfterMs?: number;
    },
  ): Promise<void>;

  /**
   * Puts an event aside as a dead letter, in a transaction that also moves the checkpoint past it.
   *
   * @throws LeaseLostError when the bucket was taken over.
   */
  addDeadLetter(
    lease: BucketLease,
    letter: { readonly event: RecordedEvent; readonly attempts: number; readonly error: string },
    options: { readonly tx: Tx },
  ): Promise<void>;

  /** Dead letters of the live generation, in the order of positions. */
  deadLetters(projection: string, limit?: number): Promise<readonly ProjectionDeadLetter[]>;

  /** Removes a dead letter, in the transaction that handled it after all. False when there is none. */
  resolveDeadLetter(
    projection: string,
    position: number,
    options: { readonly tx: Tx },
  ): Promise<boolean>;

  /** Lets the stopped buckets of all generations run again. Returns how many there were. */
  resume(projection: string): Promise<number>;

  /** @throws UnknownProjectionError when it was never registered. */
  status(projection: string): Promise<ProjectionStatus>;

  /**
   * Begins a second generation, from position 0, beside the live one.
   *
   * @throws RebuildError when one is under way.
   */
  startRebuild(projection: string): Promise<Generation>;

  /**
   * Makes the rebuilding generation live and retires the live one, in one transaction: `tx`, in which
   * the caller switches its read model too, or one of its own. Leases of the retired one are lost.
   *
   * @throws RebuildError when none is under way, or a bucket of it has not reached `minCheckpoint`.
   */
  swap(
    projection: string,
    options: { readonly minCheckpoint: number; readonly tx?: Tx },
  ): Promise<Generation>;

  /** Gives the rebuilding generation up; its leases are lost. False when none is under way. */
  abandonRebuild(projection: string): Promise<boolean>;
}

/** How messages name a bucket. */
export function bucketSubject({ projection, generation, bucket }: BucketId): string {
  return `bucket ${bucket} of ${projection}, generation ${generation}`;
}
