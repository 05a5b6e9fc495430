import type { ProjectionDeadLetter } from '../../projection-storage.ts';
import { eventColumns, eventOf } from '../event-row.ts';
import type { SqlExecutor, Statement } from '../sql-database.ts';
import { epochMs, integer, text, time } from '../value.ts';

const live = `(SELECT g.generation FROM es.projection_generation g
  WHERE g.projection = $1 AND g.state = 'live')`;

const select: Statement = {
  name: 'dead_letter_select',
  text: `SELECT ${eventColumns}, d.generation, d.bucket AS projection_bucket, d.attempts, d.error,
      ${epochMs('d.failed_at')} AS failed_at
    FROM es.projection_dead_letter d JOIN es.event e ON e.position = d.position
    WHERE d.projection = $1 AND d.generation = ${live}
    ORDER BY d.position LIMIT $2`,
};

const count: Statement = {
  name: 'dead_letter_count',
  text: `SELECT count(*) AS letters FROM es.projection_dead_letter d
    WHERE d.projection = $1 AND d.generation = ${live}`,
};

const resolve: Statement = {
  name: 'dead_letter_resolve',
  text: `DELETE FROM es.projection_dead_letter d
    WHERE d.projection = $1 AND d.position = $2 AND d.generation = ${live} RETURNING d.position`,
};

/** Dead letters of the live generation, with their events as they were stored. */
export async function selectDeadLetters(
  executor: SqlExecutor,
  projection: string,
  limit: number,
): Promise<ProjectionDeadLetter[]> {
  const rows = await executor.run(select, [projection, limit]);
  return rows.map((row) => ({
    projection,
    generation: integer(row, 'generation'),
    bucket: integer(row, 'projection_bucket'),
    event: eventOf(row),
    attempts: integer(row, 'attempts'),
    error: text(row, 'error'),
    failedAt: time(row, 'failed_at'),
  }));
}

export async function countDeadLetters(executor: SqlExecutor, projection: string): Promise<number> {
  const [row] = await executor.run(count, [projection]);
  return integer(row, 'letters');
}

/** Removes a dead letter. False when there is none. */
export async function resolveDeadLetter(
  executor: SqlExecutor,
  projection: string,
  position: number,
): Promise<boolean> {
  return (await executor.run(resolve, [projection, position])).length > 0;
}
