import { bucketOf } from '../bucket.ts';
import type { PreparedEvent } from '../catalogue/prepare-events.ts';
import type { StreamId } from '../event.ts';
import type { ExpectedVersion } from '../event-store.ts';
import type { SqlExecutor, SqlRow, Statement } from './sql-database.ts';
import { epochMs, integer, time } from './value.ts';

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

/**
 * Refuses a position that is not above every event that is there already: whoever reads in order has
 * passed it. Both are of one statement, whose view of the events is from before the position was drawn.
 */
function checkedPosition(position: string): string {
  return `CASE WHEN ${position} <= (SELECT max(e.position) FROM es.event e)
    THEN es.refuse_position(${position}, (SELECT max(e.position) FROM es.event e)) END AS refused`;
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
    ${checkedPosition('(SELECT min(position) FROM inserted)')},
    ${epochMs('coalesce($6::timestamptz, statement_timestamp())')} AS recorded_at
  FROM head`;

// One event, as most appends have, spares the server the arrays.
const insertEvent = `inserted AS (
    INSERT INTO es.event (category, stream_id, stream_version, event_id, type, schema_version, tenant,
      bucket, data, metadata, recorded_at)
    SELECT $1, $2, head.version, $7::uuid, $8::text, $9::integer, $4, $5,
      $10::text::jsonb, $11::text::jsonb, coalesce($6::timestamptz, statement_timestamp())
    FROM head
    RETURNING stream_version AS version, position, recorded_at
  )
  SELECT version, position, ${epochMs('recorded_at')} AS recorded_at,
    ${checkedPosition('position')} FROM inserted`;

const heads = {
  any: `INSERT INTO es.stream AS s (category, id, version) VALUES ($1, $2, $3::integer)
    ON CONFLICT (category, id) DO UPDATE SET version = s.version + $3::integer
    RETURNING s.version`,
  new: `INSERT INTO es.stream AS s (category, id, version) VALUES ($1, $2, $3::integer)
    ON CONFLICT (category, id) DO NOTHING
    RETURNING s.version`,
  version: `UPDATE es.stream AS s SET version = s.version + $3::integer
    WHERE s.category = $1 AND s.id = $2 AND s.version = $12
    RETURNING s.version`,
} as const;

function statementsFor(head: keyof typeof heads): {
  readonly one: Statement;
  readonly many: Statement;
} {
  const start = `WITH head AS (${heads[head]}), `;
  return {
    one: { name: `append_one_${head}`, text: start + insertEvent },
    many: { name: `append_${head}`, text: start + insertEvents },
  };
}

const statements = {
  any: statementsFor('any'),
  new: statementsFor('new'),
  version: statementsFor('version'),
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
  const isNew = expectedVersion === 'none' || expectedVersion === 0;
  const head = expectedVersion === 'any' ? 'any' : isNew ? 'new' : 'version';
  const { category, id } = stream;
  const [only] = events;
  const isOne = events.length === 1 && only !== undefined;
  const params: unknown[] = [
    category,
    id,
    events.length,
    tenant,
    bucketOf(stream, bucketCount),
    now,
    ...(isOne
      ? [only.eventId, only.type, only.schemaVersion, only.data, only.metadata]
      : columnsOf(events)),
    ...(head === 'version' ? [expectedVersion] : []),
  ];
  const [row] = await executor.run(statements[head][isOne ? 'one' : 'many'], params);
  if (row === undefined) return undefined;
  return {
    toVersion: integer(row, 'version'),
    positions: isOne ? [integer(row, 'position')] : positionsOf(row),
    recordedAt: time(row, 'recorded_at'),
  };
}

function columnsOf(events: readonly PreparedEvent[]): unknown[] {
  return [
    events.map(({ eventId }) => eventId),
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(({ data }) => data),
    events.map(({ metadata }) => metadata),
  ];
}

function positionsOf(row: SqlRow): number[] {
  const positions: unknown = row['positions'];
  if (!Array.isArray(positions)) throw new TypeError('column positions is no array');
  return positions.map(Number);
}
