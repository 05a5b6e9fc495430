import type { EventCatalogue } from '../catalogue/define-events.ts';
import type { PreparedEvent } from '../catalogue/prepare-events.ts';
import type { StreamId } from '../event.ts';
import { type Standing, standingOf } from '../repetition.ts';
import { eventColumns, eventOf } from './event-row.ts';
import type { SqlExecutor, Statement } from './sql-database.ts';
import { integer } from './value.ts';

const findStanding: Statement = {
  name: 'find_standing',
  text: `SELECT coalesce(
      (SELECT version FROM es.stream WHERE category = $1 AND id = $2), 0) AS actual_version,
    ${eventColumns}
    FROM (SELECT 1) AS one LEFT JOIN es.event e ON e.event_id = ANY($3::uuid[])`,
};

/** Looks up where a stream stands, and what the store knows of the events of an append. */
export async function findAppendStanding(
  executor: SqlExecutor,
  append: {
    readonly stream: StreamId;
    readonly events: readonly PreparedEvent[];
    readonly tenant: string;
  },
  catalogue: EventCatalogue | undefined,
): Promise<{ readonly actualVersion: number; readonly standing: Standing }> {
  const { category, id } = append.stream;
  const ids = append.events.map(({ eventId }) => eventId);
  const rows = await executor.run(findStanding, [category, id, ids]);
  const known = rows.filter((row) => row['event_id'] !== null).map(eventOf);
  return {
    actualVersion: integer(rows[0], 'actual_version'),
    standing: standingOf(known, append, catalogue),
  };
}
