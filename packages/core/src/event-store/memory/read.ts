import { matcherOf } from '../filter.ts';
import type { RecordedEvent, StreamId } from '../event.ts';
import type { EventFilter } from '../event-store.ts';
import type { StreamRange } from '../stream-range.ts';
import type { MemoryDatabase } from './database.ts';
import type { OpenTransaction } from './transaction.ts';

/** The events of a stream within a range. */
export function readStreamEvents(
  database: MemoryDatabase,
  stream: StreamId,
  { from, to, direction, limit }: StreamRange,
  transaction: OpenTransaction | undefined,
): RecordedEvent[] {
  // Versions have no gaps: the event of version n is at index n - 1.
  const range = database.streamEvents(stream, transaction).slice(from - 1, to);
  return direction === 'forwards' ? range.slice(0, limit) : range.toReversed().slice(0, limit);
}

/** The next events up to the horizon that match. */
export function readLog(
  database: MemoryDatabase,
  after: number,
  limit: number,
  filter: EventFilter | undefined,
): { readonly events: RecordedEvent[]; readonly scannedTo: number; readonly horizon: number } {
  const horizon = database.horizon();
  const matches = matcherOf(filter);
  const events: RecordedEvent[] = [];
  for (let position = after + 1; position <= horizon; position += 1) {
    const event = database.log[position - 1];
    if (event === undefined || !matches(event)) continue;
    events.push(event);
    if (events.length === limit) return { events, scannedTo: position, horizon };
  }
  return { events, scannedTo: Math.max(after, horizon), horizon };
}
