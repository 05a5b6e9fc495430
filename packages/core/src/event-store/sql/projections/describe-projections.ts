import type { GenerationState, RegisteredProjection } from '../../projection-storage.ts';
import type { SqlExecutor, SqlRow, Statement } from '../sql-database.ts';
import { integer, text } from '../value.ts';

const describe: Statement = {
  name: 'projection_describe',
  text: `SELECT p.name, p.bucket_count, g.generation, g.state
    FROM es.projection p JOIN es.projection_generation g ON g.projection = p.name
    WHERE g.state <> 'retired' AND ($1::text IS NULL OR p.name = $1)
    ORDER BY p.name COLLATE "C", g.state`,
};

/** The projections that are known, or the one of this name: `live` sorts before `rebuilding`. */
export async function describeProjections(
  executor: SqlExecutor,
  projection: string | undefined,
): Promise<RegisteredProjection[]> {
  const rows = await executor.run(describe, [projection ?? null]);
  const byName = Map.groupBy(rows, (row) => text(row, 'name'));
  return [...byName].map(([name, generations]) => ({
    projection: name,
    bucketCount: integer(generations[0], 'bucket_count'),
    generations: generations.map((row) => ({
      generation: integer(row, 'generation'),
      state: stateOf(row),
    })),
  }));
}

function stateOf(row: SqlRow): GenerationState {
  const state = text(row, 'state');
  return state === 'live' || state === 'rebuilding' ? state : 'retired';
}
