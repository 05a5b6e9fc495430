import { checkInteger } from '../checks.ts';
import { DEFAULT_BUCKET_COUNT } from '../bucket.ts';
import type { RecordedEvent, StreamId } from '../event.ts';
import type { Snapshot } from '../snapshot.ts';
import { LockTable } from './lock-table.ts';
import { createOutboxState, type OutboxState } from './outbox-state.ts';
import type { ProjectionState } from './projection-state.ts';
import type { OpenTransaction } from './transaction.ts';

/**
 * What several memory stores can share, as processes share a server. A store that is killed takes its
 * open transactions with it; what was committed remains here.
 */
export class MemoryDatabase {
  readonly bucketCount: number;
  readonly locks = new LockTable();
  readonly open = new Set<OpenTransaction>();
  readonly streams = new Map<string, RecordedEvent[]>();
  readonly byEventId = new Map<string, RecordedEvent>();
  readonly snapshots = new Map<string, Snapshot>();
  readonly projections = new Map<string, ProjectionState>();
  readonly outbox: OutboxState = createOutboxState();
  /** Committed events at the index of their position less 1; a hole where a transaction is open or rolled back. */
  readonly log: (RecordedEvent | undefined)[] = [];
  #drawn = 0;

  /** @throws RangeError on a bucket count below 1. */
  constructor(options: { readonly bucketCount?: number } = {}) {
    this.bucketCount = checkInteger(
      'bucketCount',
      options.bucketCount ?? DEFAULT_BUCKET_COUNT,
      1,
      65_536,
    );
  }

  /** Draws the next position for a transaction. Like a sequence, it is not given back on rollback. */
  drawPosition(transaction: OpenTransaction): number {
    this.#drawn += 1;
    transaction.firstPosition ??= this.#drawn;
    return this.#drawn;
  }

  /** Makes events visible: their transaction commits. */
  publish(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      while (this.log.length < event.position - 1) this.log.push(undefined);
      this.log[event.position - 1] = event;
      this.byEventId.set(event.eventId, event);
      const key = streamKey(event.stream);
      const stream = this.streams.get(key);
      if (stream === undefined) this.streams.set(key, [event]);
      else stream.push(event);
    }
  }

  /** Everything at or below is settled: below what any open transaction has drawn. */
  horizon(): number {
    let horizon = this.log.length;
    for (const { firstPosition } of this.open) {
      if (firstPosition !== undefined) horizon = Math.min(horizon, firstPosition - 1);
    }
    return horizon;
  }

  /** Events of a stream, with those that `transaction` has written. */
  streamEvents(stream: StreamId, transaction?: OpenTransaction): readonly RecordedEvent[] {
    const key = streamKey(stream);
    const committed = this.streams.get(key) ?? [];
    const own = transaction?.pending.get(key);
    return own === undefined ? committed : [...committed, ...own];
  }

  /** Version of a stream, with what `transaction` has written. */
  streamVersion(stream: StreamId, transaction?: OpenTransaction): number {
    const key = streamKey(stream);
    return (this.streams.get(key)?.length ?? 0) + (transaction?.pending.get(key)?.length ?? 0);
  }
}

/** The key of a stream in maps: no two streams have the same. */
export function streamKey({ category, id }: StreamId): string {
  return `${category.length}:${category}/${id}`;
}
