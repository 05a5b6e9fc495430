import type { AnyEvent } from '../event.ts';
import type { EventBatch } from '../event-store.ts';
import type { BucketFailure, BucketId, BucketLease } from '../projection-storage.ts';
import { HandlerInterruptedError } from './errors.ts';

/**
 * What a held bucket is doing: `idle`, caught up and looked after by its group's tail; `queued` for a
 * free worker; `running` on one; `waiting` until a failed event is tried again. `lost` and `released`
 * are ends.
 */
export type BucketState = 'idle' | 'queued' | 'running' | 'waiting' | 'lost' | 'released';

/** A server that comes back is found within so long; asking more often would only load it. */
const LONGEST_PUT_OFF_MS = 2_000;

/** A bucket whose lease this runner holds. */
export class HeldBucket<Event extends AnyEvent = AnyEvent> {
  lease: BucketLease;
  state: BucketState = 'idle';
  /** Up to here everything was handled or did not match. */
  position: number;
  /** The checkpoint in the store, as far as is known. */
  persisted: number;
  /** Events are tried one by one up to this position, because a batch failed. */
  singlesUntil = 0;
  failure: BucketFailure | undefined;
  /** When a `waiting` bucket goes on, by `performance.now`, which no change of the clock moves. */
  retryAtMs = 0;
  /** To be given back as soon as nothing is under way. */
  isSurplus = false;
  /** Between two leases: neither to be renewed nor to be taken for lost. */
  isReclaiming = false;
  /** The group's `hints` when it was last read for: a later one may be about events not yet seen. */
  hintsSeen = 0;
  /** Events that the tail has read for it. */
  inbox: EventBatch<Event> | undefined;
  #storeFailures = 0;
  readonly #interrupt = new AbortController();

  constructor(lease: BucketLease) {
    this.lease = lease;
    this.position = lease.checkpoint;
    this.persisted = lease.checkpoint;
    this.#resumeFailure(lease.failure);
  }

  get id(): BucketId {
    const { projection, generation, bucket } = this.lease;
    return { projection, generation, bucket };
  }

  /** Aborted when what is under way is of no use any more. */
  get interrupt(): AbortSignal {
    return this.#interrupt.signal;
  }

  get isHeld(): boolean {
    return this.state !== 'lost' && this.state !== 'released';
  }

  /** The same bucket under a new lease, whose checkpoint is what really was committed. */
  reclaimed(lease: BucketLease): void {
    this.lease = lease;
    this.position = lease.checkpoint;
    this.persisted = lease.checkpoint;
    this.inbox = undefined;
  }

  /** A transaction that moved the checkpoint has committed. */
  movedTo(position: number): void {
    this.position = position;
    this.persisted = position;
    this.failure = undefined;
  }

  lose(): void {
    if (!this.isHeld) return;
    this.state = 'lost';
    this.#interrupt.abort(new HandlerInterruptedError('lease-lost'));
  }

  /** Waits for the store to come back: longer each time, until something was done again. */
  putOff(firstMs: number): void {
    const delayMs = Math.min(
      firstMs * 2 ** this.#storeFailures,
      Math.max(firstMs, LONGEST_PUT_OFF_MS),
    );
    this.#storeFailures += 1;
    this.retryAtMs = performance.now() + delayMs;
  }

  /** The store has answered. */
  reached(): void {
    this.#storeFailures = 0;
  }

  /** Cuts a handler short that a stop has waited for long enough. */
  cutShort(): void {
    this.#interrupt.abort(new HandlerInterruptedError('stopped'));
  }

  #resumeFailure(failure: BucketFailure | undefined): void {
    // A failure at or below the checkpoint is over: its event was handled after all.
    if (failure === undefined || failure.position <= this.position) return;
    this.failure = failure;
    this.singlesUntil = failure.position;
    this.retryAtMs = performance.now() + (failure.retryInMs ?? 0);
  }
}
