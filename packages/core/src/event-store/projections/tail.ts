import { storeBuckets } from '../bucket.ts';
import type { AnyEvent } from '../event.ts';
import type { EventFilter, EventStore } from '../event-store.ts';
import type { Group } from './group.ts';
import type { HeldBucket } from './held-bucket.ts';

/** A bucket that has got events in its inbox. */
export type OnEvents<Event extends AnyEvent> = (held: HeldBucket<Event>) => void;

/**
 * Looks for new events of all idle buckets of a group with one query, however many they are, and puts
 * them into the inboxes. True when there may be more.
 */
export async function readTail<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  group: Group<Tx, Event>,
  onEvents: OnEvents<Event>,
): Promise<boolean> {
  const { projection } = group;
  const idle = [...group.buckets.values()].filter(
    ({ state, isSurplus }) => state === 'idle' && !isSurplus,
  );
  if (idle.length === 0) return false;
  const { hints } = group;
  const after = Math.min(...idle.map(({ position }) => position));
  const batch = await store.readAll({
    after,
    limit: projection.batchSize,
    filter: tailFilter(store, group, idle),
  });
  group.horizon = Math.max(group.horizon, batch.horizon);
  for (const held of idle) {
    // Somebody may have taken it up while the query was under way.
    if (held.state !== 'idle') continue;
    held.hintsSeen = hints;
    const events = batch.events.filter(
      ({ bucket, position }) =>
        bucket % projection.buckets === held.lease.bucket && position > held.position,
    );
    if (events.length > 0) {
      held.inbox = { ...batch, events };
      onEvents(held);
    } else {
      held.position = Math.max(held.position, batch.scannedTo);
    }
  }
  return batch.scannedTo < batch.horizon;
}

function tailFilter<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  { projection }: Group<Tx, Event>,
  idle: readonly HeldBucket<Event>[],
): EventFilter {
  // All of them need no list, which spares the database a condition.
  if (idle.length === projection.buckets) return projection.filter;
  const buckets = idle.flatMap(({ lease }) =>
    storeBuckets(lease.bucket, projection.buckets, store.bucketCount),
  );
  return { ...projection.filter, buckets };
}
