import type { BucketLease, EventFilter, RecordedEvent } from '@firedrill/core/event-store';
import type { Life } from '../../processes.ts';
import type { ClinicEvent, ClinicStore } from './events.ts';

/** Work that follows the log, shared by all processes, and taken over when one of them dies. */
export interface Followed {
  readonly projection: string;
  readonly bucketCount: number;
  readonly filter: EventFilter;
  readonly batchSize: number;
  /** Time between two looks when there is nothing to do. */
  readonly pollMs: number;
  /** How long a process that says nothing keeps its buckets. */
  readonly leaseMs: number;
  /** Buckets that this process takes as long as others take theirs. */
  readonly fairShare: number;
  /**
   * Handles events in their order, and gives how many of them are done. What is not done comes again,
   * and so does what was done by a process that died before it could note that.
   */
  readonly handle: (events: readonly RecordedEvent<ClinicEvent>[]) => Promise<number>;
}

/** Follows the log until `stop` is called. */
export function follow(life: Life, store: ClinicStore, followed: Followed): { stop(): void } {
  const { projection, bucketCount, filter, batchSize, pollMs, leaseMs, fairShare, handle } =
    followed;
  const { projections } = store;
  const checkpoints = new Map<string, number>();
  let leases: readonly BucketLease[] = [];
  const stopping = new AbortController();

  async function renew(): Promise<void> {
    const held = leases.length === 0 ? [] : await projections.renew(leases, leaseMs);
    // One bucket more than the fair share: that is how those of a dead process are taken over.
    const limit = Math.max(1, fairShare - held.length);
    const more = await projections.acquire({
      projection,
      generation: 1,
      owner: life.name,
      leaseMs,
      limit,
    });
    for (const { bucket, checkpoint } of more) checkpoints.set(String(bucket), checkpoint);
    leases = [...held, ...more];
  }

  /** One batch of one bucket. Says whether there may be more. */
  async function work(lease: BucketLease): Promise<boolean> {
    const after = checkpoints.get(String(lease.bucket)) ?? lease.checkpoint;
    const { events, scannedTo } = await projections.readBatch(lease, {
      after,
      limit: batchSize,
      filter,
    });
    const done = events.length === 0 ? 0 : await handle(events);
    const to = done === events.length ? scannedTo : (events[done - 1]?.position ?? after);
    if (to === after) return false;
    await store.transaction((tx) => projections.moveCheckpoint(lease, to, { tx }));
    checkpoints.set(String(lease.bucket), to);
    return done === batchSize;
  }

  async function run(): Promise<void> {
    await projections.register({ projection, bucketCount });
    while (!stopping.signal.aborted) {
      let isBusy = false;
      try {
        await renew();
        const outcomes = await Promise.allSettled(leases.map((lease) => work(lease)));
        isBusy = outcomes.some((each) => each.status === 'fulfilled' && each.value);
        const extra = leases.slice(fairShare);
        if (extra.length > 0) {
          await projections.release(extra);
          leases = leases.slice(0, fairShare);
        }
      } catch {
        // The store was not to be had, or a lease was lost: look again.
      }
      if (!isBusy) await life.sleep(pollMs);
    }
    await projections.release(leases);
  }

  void run();
  return {
    stop() {
      stopping.abort();
    },
  };
}
