import { bucketOf } from '../bucket.ts';
import type { PreparedEvent } from '../catalogue/prepare-events.ts';
import type { StreamId } from '../event.ts';
import type { ExpectedVersion } from '../event-store.ts';
import type { SqlExecutor, Statement } from './sql-database.ts';
import { integer, time } from './value.ts';

/** What was written. `positions` are in the order of the events. */
export interface WrittenEvents {
  readonly toVersion: number;
  readonly positions: readonly number[];
  readonly recordedAt: Date;
}

export interface StreamAppend {
  readonly stream: StreamId;
  readonly events: readonly PreparedEvent[];
  readonly expectedVersion: ExpectedVersion;
  readonly tenant: string;
  /** Time of the events. Default: the database's clock. */
  readonly now: string | null;
}

// The head comes first, and the join with it makes every event wait for it: its row lock orders the
// appends of a stream, and writing it gives the transaction its number before a position is drawn.
const insertEvents = `inserted AS (
    INSERT INTO es.event (category, stream_id, stream_version, event_id, type, schema_version, tenant,
      bucket, data, metadata, recorded_at)
    SELECT $1, $2, head.version - $3 + i.number, i.event_id, i.type, i.schema_version, $4, $5,
      i.data::jsonb, i.metadata::jsonb, coalesce($6::timestamptz, statement_timestamp())
    FROM head, unnest($7::uuid[], $8::text[], $9::integer[], $10::text[], $11::text[])
      WITH ORDINALITY AS i (event_id, type, schema_version, data, metadata, number)
    ORDER BY i.number
    RETURNING position
  )
  SELECT head.version, ARRAY(SELECT position FROM inserted ORDER BY position) AS positions,
    coalesce($6::timestamptz, statement_timestamp()) AS recorded_at
  FROM head`;

const appendToAny: Statement = {
  name: 'append_any',
  text: `WITH head AS (
    INSERT INTO es.stream AS s (category, id, version) VALUES ($1, $2, $3::integer)
    ON CONFLICT (category, id) DO UPDATE SET version = s.version + $3::integer
    RETURNING s.version
  ), ${insertEvents}`,
};

const appendToNew: Statement = {
  name: 'append_new',
  text: `WITH head AS (
    INSERT INTO es.stream AS s (category, id, version) VALUES ($1, $2, $3::integer)
    ON CONFLICT (category, id) DO NOTHING
    RETURNING s.version
  ), ${insertEvents}`,
};

const appendToVersion: Statement = {
  name: 'append_version',
  text: `WITH head AS (
    UPDATE es.stream AS s SET version = s.version + $3::integer
    WHERE s.category = $1 AND s.id = $2 AND s.version = $12
    RETURNING s.version
  ), ${insertEvents}`,
};

/**
 * Appends in one round trip, or gives `undefined` when the stream is not at the expected version. An
 * event id that was used before raises a unique violation.
 */
export async function appendToStream(
  executor: SqlExecutor,
  { stream, events, expectedVersion, tenant, now }: StreamAppend,
  bucketCount: number,
): Promise<WrittenEvents | undefined> {
  const params: unknown[] = [
    stream.category,
    stream.id,
    events.length,
    tenant,
    bucketOf(stream, bucketCount),
    now,
    events.map(({ eventId }) => eventId),
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(({ data }) => data),
    events.map(({ metadata }) => metadata),
  ];
  const isNew = expectedVersion === 'none' || expectedVersion === 0;
  const [row] =
    expectedVersion === 'any'
      ? await executor.run(appendToAny, params)
      : isNew
        ? await executor.run(appendToNew, params)
        : await executor.run(appendToVersion, [...params, expectedVersion]);
  if (row === undefined) return undefined;
  const positions: unknown = row['positions'];
  if (!Array.isArray(positions)) throw new TypeError('column positions is no array');
  return {
    toVersion: integer(row, 'version'),
    positions: positions.map(Number),
    recordedAt: time(row, 'recorded_at'),
  };
}
