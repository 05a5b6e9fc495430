import type { EventMetadata, RecordedEvent } from '../event.ts';
import type { SqlRow } from './sql-database.ts';
import { epochMs, integer, text, time } from './value.ts';

/** Columns of an event, of the table under the alias `e`. */
export const eventColumns = `e.position, e.category, e.stream_id, e.stream_version, e.event_id,
  e.type, e.schema_version, e.tenant, e.bucket, e.data, e.metadata,
  ${epochMs('e.recorded_at')} AS recorded_at`;

/** The event of a row of `eventColumns`. */
export function eventOf(row: SqlRow): RecordedEvent {
  return {
    eventId: text(row, 'event_id'),
    type: text(row, 'type'),
    schemaVersion: integer(row, 'schema_version'),
    data: row['data'],
    metadata: metadataOf(row),
    stream: { category: text(row, 'category'), id: text(row, 'stream_id') },
    streamVersion: integer(row, 'stream_version'),
    position: integer(row, 'position'),
    tenant: text(row, 'tenant'),
    bucket: integer(row, 'bucket'),
    recordedAt: time(row, 'recorded_at'),
  };
}

function metadataOf(row: SqlRow): EventMetadata {
  // The store is the only one that writes this column, and writes objects.
  const metadata: unknown = row['metadata'];
  return isObject(metadata) ? metadata : {};
}

function isObject(value: unknown): value is EventMetadata {
  return typeof value === 'object' && value !== null;
}
