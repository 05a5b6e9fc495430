import type { RecordedEvent, StreamId } from '../event.ts';
import type { StreamRange } from '../stream-range.ts';
import { eventColumns, eventOf } from './event-row.ts';
import type { SqlExecutor, Statement } from './sql-database.ts';

const select = `SELECT ${eventColumns} FROM es.event e
  WHERE e.category = $1 AND e.stream_id = $2 AND e.stream_version BETWEEN $3 AND $4
  ORDER BY e.stream_version`;

const forwards: Statement = { name: 'read_stream_forwards', text: `${select} LIMIT $5` };
const backwards: Statement = { name: 'read_stream_backwards', text: `${select} DESC LIMIT $5` };

/** The events of a stream within a range. */
export async function readStream(
  executor: SqlExecutor,
  { category, id }: StreamId,
  { from, to, direction, limit }: StreamRange,
): Promise<RecordedEvent[]> {
  const statement = direction === 'forwards' ? forwards : backwards;
  const rows = await executor.run(statement, [category, id, from, to, limit]);
  return rows.map(eventOf);
}
