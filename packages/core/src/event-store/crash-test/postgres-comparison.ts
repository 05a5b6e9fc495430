import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';

/** A row of what was applied, in the order in which it was. */
export interface AppliedRow {
  readonly eventId: string;
  /** Category and id in one. */
  readonly stream: string;
  readonly version: number;
}

/** An event that was committed. */
export interface CommittedEvent extends AppliedRow {
  readonly category: string;
}

/** How what was applied compares with what was committed. */
export interface Comparison {
  readonly committed: number;
  /** Rows. */
  readonly applied: number;
  /** Committed events without a row. */
  readonly skipped: number;
  /** Rows beyond the first of an event. */
  readonly duplicated: number;
  /** Rows that do not follow the version before them in their stream. */
  readonly outOfOrder: number;
  /** Rows of events that were never committed. */
  readonly unknown: number;
}

export function compare(
  committed: readonly CommittedEvent[],
  applied: readonly AppliedRow[],
): Comparison {
  const known = new Set(committed.map(({ eventId }) => eventId));
  const seen = new Set<string>();
  const versions = new Map<string, number>();
  let duplicated = 0;
  let outOfOrder = 0;
  let unknown = 0;
  for (const { eventId, stream, version } of applied) {
    if (seen.has(eventId)) duplicated += 1;
    if (!known.has(eventId)) unknown += 1;
    if (version !== (versions.get(stream) ?? 0) + 1) outOfOrder += 1;
    seen.add(eventId);
    versions.set(stream, version);
  }
  const skipped = committed.filter(({ eventId }) => !seen.has(eventId)).length;
  const counts = { committed: committed.length, applied: applied.length };
  return { ...counts, skipped, duplicated, outOfOrder, unknown };
}

/** Reads every event of the store, stream by stream as they come: the truth that is compared with. */
export async function readCommitted<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  streams: readonly { readonly category: string; readonly id: string }[],
): Promise<CommittedEvent[]> {
  const committed: CommittedEvent[] = [];
  for (const stream of streams) {
    // Not by the global order, which is what the projections read by.
    for (const { eventId, streamVersion } of await store.readStream(stream)) {
      const { category, id } = stream;
      committed.push({ eventId, category, stream: `${category}/${id}`, version: streamVersion });
    }
  }
  return committed;
}
