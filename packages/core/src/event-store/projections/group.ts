import type { AnyEvent } from '../event.ts';
import type { BucketLease } from '../projection-storage.ts';
import type { Projection } from './define-projection.ts';
import type { HeldBucket } from './held-bucket.ts';

/** What a runner has done for a projection since it was started. */
export interface ProjectionCounters {
  /** Events whose handling was committed here. */
  applied: number;
  /** Transactions that were committed for them. */
  batches: number;
  /** Calls of the handler that failed, of whole batches and of single events. */
  failures: number;
  deadLettered: number;
  /** Buckets that were taken over from a runner that had not given them back. */
  takenOver: number;
  /** Buckets that somebody else took over from here. */
  lost: number;
}

export function createCounters(): ProjectionCounters {
  return { applied: 0, batches: 0, failures: 0, deadLettered: 0, takenOver: 0, lost: 0 };
}

/** One generation of a projection in this runner: the buckets that it holds. */
export interface Group<Tx, Event extends AnyEvent = AnyEvent> {
  readonly projection: Projection<Tx, Event>;
  readonly generation: number;
  readonly counters: ProjectionCounters;
  /** By number. */
  readonly buckets: Map<number, HeldBucket<Event>>;
  /** Leases of dropped buckets that could not be given back, as the store did not answer. */
  readonly orphans: BucketLease[];
  /** The safe horizon as it was last seen. */
  horizon: number;
  /** How often an append in this process has said that there is more. */
  hints: number;
}

/** The key of a generation in maps. */
export function groupKey(projection: string, generation: number): string {
  return `${generation}/${projection}`;
}

/** Drops a bucket that somebody else took over. */
export function loseBucket<Tx, Event extends AnyEvent>(
  group: Group<Tx, Event>,
  held: HeldBucket<Event>,
): boolean {
  if (!held.isHeld) return false;
  held.lose();
  group.buckets.delete(held.lease.bucket);
  group.counters.lost += 1;
  return true;
}
