import { RebuildError, UnknownProjectionError } from '../../errors.ts';
import type { Generation } from '../../projection-storage.ts';
import type { SqlExecutor, Statement } from '../sql-database.ts';
import { flag, integer } from '../value.ts';
import { addGeneration } from './register-projection.ts';

// The projection's row is the lock of its generations.
const lock: Statement = {
  name: 'generation_lock',
  text: `SELECT p.bucket_count,
      (SELECT max(g.generation) FROM es.projection_generation g WHERE g.projection = $1) AS newest
    FROM es.projection p WHERE p.name = $1 FOR UPDATE`,
};

const rebuilding: Statement = {
  name: 'generation_rebuilding',
  text: `SELECT g.generation, (SELECT min(b.checkpoint) >= $2::bigint FROM es.projection_bucket b
      WHERE b.projection = $1 AND b.generation = g.generation) AS has_caught_up
    FROM es.projection_generation g WHERE g.projection = $1 AND g.state = 'rebuilding'`,
};

const retire: Statement = {
  name: 'generation_retire',
  text: `WITH gone AS (
      UPDATE es.projection_generation SET state = 'retired'
      WHERE projection = $1 AND state = $2 RETURNING generation
    )
    UPDATE es.projection_bucket b SET epoch = b.epoch + 1, owner = NULL, lease_expires_at = NULL
    FROM gone WHERE b.projection = $1 AND b.generation = gone.generation`,
};

const promote: Statement = {
  name: 'generation_promote',
  text: `UPDATE es.projection_generation SET state = 'live'
    WHERE projection = $1 AND state = 'rebuilding'`,
};

/** Begins a second generation from position 0. */
export async function startRebuild(
  executor: SqlExecutor,
  projection: string,
  now: string | null,
): Promise<Generation> {
  const known = await lockGenerations(executor, projection);
  if ((await executor.run(rebuilding, [projection, 0])).length > 0) {
    throw new RebuildError(projection, 'under-way');
  }
  const next = { generation: known.newest + 1, state: 'rebuilding' } as const;
  const { bucketCount } = known;
  await addGeneration(executor, projection, { ...next, bucketCount, checkpoint: 0, now });
  return next;
}

/** Makes the rebuilt generation live. Waits for handlers of the old one that are in a transaction. */
export async function swapGenerations(
  executor: SqlExecutor,
  projection: string,
  minCheckpoint: number,
): Promise<Generation> {
  await lockGenerations(executor, projection);
  const [row] = await executor.run(rebuilding, [projection, minCheckpoint]);
  if (row === undefined) throw new RebuildError(projection, 'none');
  if (!flag(row, 'has_caught_up')) throw new RebuildError(projection, 'behind');
  await executor.run(retire, [projection, 'live']);
  await executor.run(promote, [projection]);
  return { generation: integer(row, 'generation'), state: 'live' };
}

/** Gives the rebuild up. False when none is under way. */
export async function abandonRebuild(executor: SqlExecutor, projection: string): Promise<boolean> {
  await lockGenerations(executor, projection);
  const [row] = await executor.run(rebuilding, [projection, 0]);
  if (row === undefined) return false;
  await executor.run(retire, [projection, 'rebuilding']);
  return true;
}

async function lockGenerations(
  executor: SqlExecutor,
  projection: string,
): Promise<{ readonly bucketCount: number; readonly newest: number }> {
  const [row] = await executor.run(lock, [projection]);
  if (row === undefined) throw new UnknownProjectionError(projection);
  return { bucketCount: integer(row, 'bucket_count'), newest: integer(row, 'newest') };
}
