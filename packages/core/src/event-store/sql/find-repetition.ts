import type { PreparedEvent } from '../catalogue/prepare-events.ts';
import type { StreamId } from '../event.ts';
import type { AppendResult } from '../event-store.ts';
import type { SqlExecutor, Statement } from './sql-database.ts';
import { integer, text } from './value.ts';

/** Where a stream stands, and which of the events of an append were there before. */
export interface StreamStanding {
  readonly actualVersion: number;
  readonly knownIds: readonly string[];
  /** What the append did the first time; `undefined` when it is no repetition. */
  readonly repetition: AppendResult | undefined;
}

const findStanding: Statement = {
  name: 'find_standing',
  text: `SELECT coalesce(
      (SELECT version FROM es.stream WHERE category = $1 AND id = $2), 0) AS actual_version,
    e.event_id, e.stream_version, e.position,
    e.category = $1 AND e.stream_id = $2 AS is_here
    FROM (SELECT 1) AS one LEFT JOIN es.event e ON e.event_id = ANY($3::uuid[])`,
};

/** Looks up why an append was refused. */
export async function findRepetition(
  executor: SqlExecutor,
  stream: StreamId,
  events: readonly PreparedEvent[],
): Promise<StreamStanding> {
  const ids = events.map(({ eventId }) => eventId);
  const rows = await executor.run(findStanding, [stream.category, stream.id, ids]);
  const known = rows.filter((row) => row['event_id'] !== null);
  const isRepetition = known.length === ids.length && known.every((row) => row['is_here'] === true);
  const versions = known.map((row) => integer(row, 'stream_version'));
  return {
    actualVersion: integer(rows[0], 'actual_version'),
    knownIds: known.map((row) => text(row, 'event_id')),
    repetition: isRepetition
      ? {
          outcome: 'already-appended',
          fromVersion: Math.min(...versions),
          toVersion: Math.max(...versions),
          position: Math.max(...known.map((row) => integer(row, 'position'))),
        }
      : undefined,
  };
}
