import { checkBucketCount } from '../../bucket.ts';
import { checkInteger, checkText } from '../../checks.ts';
import { BucketCountMismatchError } from '../../errors.ts';
import type { SqlDatabase, SqlExecutor, Statement } from '../sql-database.ts';
import { integer } from '../value.ts';

const insertProjection: Statement = {
  name: 'projection_insert',
  text: `INSERT INTO es.projection (name, bucket_count) VALUES ($1, $2)
    ON CONFLICT (name) DO NOTHING RETURNING name`,
};

const selectBucketCount: Statement = {
  name: 'projection_bucket_count',
  text: `SELECT bucket_count FROM es.projection WHERE name = $1`,
};

const insertGeneration: Statement = {
  name: 'generation_insert',
  text: `WITH generation AS (
      INSERT INTO es.projection_generation (projection, generation, state) VALUES ($1, $2, $3)
    )
    INSERT INTO es.projection_bucket (projection, generation, bucket, checkpoint, updated_at)
    SELECT $1, $2, bucket, $5, coalesce($6::timestamptz, clock_timestamp())
    FROM generate_series(0, $4::integer - 1) AS bucket`,
};

/** A generation with all its buckets at one checkpoint. */
export async function addGeneration(
  executor: SqlExecutor,
  projection: string,
  generation: {
    readonly generation: number;
    readonly state: 'live' | 'rebuilding';
    readonly bucketCount: number;
    readonly checkpoint: number;
    readonly now: string | null;
  },
): Promise<void> {
  const { generation: number, state, bucketCount, checkpoint, now } = generation;
  await executor.run(insertGeneration, [projection, number, state, bucketCount, checkpoint, now]);
}

/** Makes a projection known, unless it is. */
export async function registerProjection(
  database: SqlDatabase,
  registration: {
    readonly projection: string;
    readonly bucketCount: number;
    readonly startAfter?: number;
  },
  storeBucketCount: number,
  now: string | null,
): Promise<void> {
  const { projection, bucketCount, startAfter = 0 } = registration;
  checkText('projection', projection);
  checkBucketCount(bucketCount, storeBucketCount);
  checkInteger('startAfter', startAfter, 0);
  await database.transaction(async (session) => {
    const inserted = await session.run(insertProjection, [projection, bucketCount]);
    if (inserted.length > 0) {
      const first = { generation: 1, state: 'live', checkpoint: startAfter } as const;
      await addGeneration(session, projection, { ...first, bucketCount, now });
      return;
    }
    const [row] = await session.run(selectBucketCount, [projection]);
    const registered = integer(row, 'bucket_count');
    if (registered !== bucketCount) {
      throw new BucketCountMismatchError(projection, registered, bucketCount);
    }
  });
}
