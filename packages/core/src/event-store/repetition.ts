import type { EventCatalogue } from './catalogue/define-events.ts';
import type { PreparedEvent } from './catalogue/prepare-events.ts';
import { upcast } from './catalogue/upcast.ts';
import type { RecordedEvent, StreamId } from './event.ts';
import type { AppendResult } from './event-store.ts';
import { jsonEquals } from './json.ts';

/** Why event ids that stand in the store already cannot be appended again. */
export type ReuseReason = 'elsewhere' | 'changed' | 'incomplete';

/** What an append is in the light of the events that have its ids. */
export type Standing =
  | { readonly kind: 'new' }
  | { readonly kind: 'repetition'; readonly result: AppendResult }
  | {
      readonly kind: 'reuse';
      readonly reason: ReuseReason;
      readonly eventIds: readonly string[];
    };

/**
 * Compares an append with the events that have its ids already. It repeats an earlier one when all of
 * them are in its stream and say the same: type, data, metadata and tenant. Data that was stored in an
 * older shape is compared in the newest.
 */
export function standingOf(
  known: readonly RecordedEvent[],
  append: {
    readonly stream: StreamId;
    readonly events: readonly PreparedEvent[];
    readonly tenant: string;
  },
  catalogue: EventCatalogue | undefined,
): Standing {
  if (known.length === 0) return { kind: 'new' };
  const { stream, events, tenant } = append;
  const elsewhere = known.filter((event) => !isIn(event, stream));
  if (elsewhere.length > 0) return reuse('elsewhere', elsewhere);
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const changed = known.filter(
    (event) => event.tenant !== tenant || !saysTheSame(event, byId.get(event.eventId), catalogue),
  );
  if (changed.length > 0) return reuse('changed', changed);
  if (known.length < events.length) return reuse('incomplete', known);
  const versions = known.map(({ streamVersion }) => streamVersion);
  return {
    kind: 'repetition',
    result: {
      outcome: 'already-appended',
      fromVersion: Math.min(...versions),
      toVersion: Math.max(...versions),
      position: Math.max(...known.map(({ position }) => position)),
    },
  };
}

function reuse(reason: ReuseReason, reused: readonly RecordedEvent[]): Standing {
  return { kind: 'reuse', reason, eventIds: reused.map(({ eventId }) => eventId) };
}

function isIn({ stream }: RecordedEvent, { category, id }: StreamId): boolean {
  return stream.category === category && stream.id === id;
}

function saysTheSame(
  stored: RecordedEvent,
  event: PreparedEvent | undefined,
  catalogue: EventCatalogue | undefined,
): boolean {
  return (
    event !== undefined &&
    stored.type === event.type &&
    jsonEquals(JSON.parse(event.metadata), stored.metadata) &&
    jsonEquals(JSON.parse(event.data), newestData(stored, catalogue))
  );
}

function newestData(stored: RecordedEvent, catalogue: EventCatalogue | undefined): unknown {
  try {
    const { data } = upcast(stored, catalogue);
    return data === stored.data ? data : JSON.parse(JSON.stringify(data));
  } catch {
    // What cannot be read cannot be the same.
    return undefined;
  }
}
