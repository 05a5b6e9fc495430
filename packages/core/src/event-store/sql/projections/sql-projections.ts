import { storeBuckets } from '../../bucket.ts';
import { UnknownProjectionError } from '../../errors.ts';
import type { RecordedEvent } from '../../event.ts';
import type { ProjectionStorage, RegisteredProjection } from '../../projection-storage.ts';
import type { Horizon } from '../horizon.ts';
import { readPage } from '../read-page.ts';
import type { SqlDatabase, SqlTransaction, Statement } from '../sql-database.ts';
import { bucketColumns, statusOf } from './bucket-row.ts';
import { countDeadLetters, resolveDeadLetter, selectDeadLetters } from './dead-letters.ts';
import { describeProjections } from './describe-projections.ts';
import { abandonRebuild, startRebuild, swapGenerations } from './generations.ts';
import { acquireBuckets, releaseLeases, renewLeases } from './leases.ts';
import { addDeadLetter, moveCheckpoint, recordFailure } from './progress.ts';
import { registerProjection } from './register-projection.ts';

export interface SqlProjectionsOptions {
  readonly database: SqlDatabase;
  readonly horizon: Horizon;
  readonly bucketCount: number;
  readonly now: () => string | null;
  readonly read: (events: readonly RecordedEvent[]) => RecordedEvent[];
}

const selectBuckets: Statement = {
  name: 'bucket_select',
  text: `SELECT ${bucketColumns('moment.now')}
    FROM (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now) AS moment
    CROSS JOIN es.projection_bucket b
    JOIN es.projection_generation g USING (projection, generation)
    WHERE b.projection = $1 AND CASE WHEN $2::integer IS NULL THEN g.state <> 'retired'
      ELSE b.generation = $2 END
    ORDER BY g.state, b.bucket`,
};

const resumeBuckets: Statement = {
  name: 'bucket_resume',
  text: `UPDATE es.projection_bucket b
    SET is_stopped = false, failed_position = NULL, failed_event_id = NULL, failed_attempts = NULL,
      failed_error = NULL, failed_at = NULL, retry_at = NULL
    WHERE b.projection = $1 AND b.is_stopped RETURNING b.bucket`,
};

const noLimit = 2 ** 31 - 1;

/** Checkpoints, leases, failures and generations in SQL. */
export function createSqlProjections(
  options: SqlProjectionsOptions,
): ProjectionStorage<SqlTransaction> {
  const { database, horizon, bucketCount: storeBucketCount, now, read } = options;
  const keeping = database.leases ?? database;
  /** Bucket counts never change, and every batch needs one. */
  const bucketCounts = new Map<string, number>();

  async function describe(projection: string): Promise<RegisteredProjection> {
    const [found] = await describeProjections(keeping, projection);
    if (found === undefined) throw new UnknownProjectionError(projection);
    bucketCounts.set(projection, found.bucketCount);
    return found;
  }

  return {
    async register(registration) {
      await registerProjection(database, registration, storeBucketCount, now());
      return describe(registration.projection);
    },

    list: () => describeProjections(keeping, undefined),

    async buckets(projection, generation) {
      return (await keeping.run(selectBuckets, [projection, generation, now()])).map(statusOf);
    },

    acquire: (request) => acquireBuckets(keeping, request, now()),
    renew: (leases, leaseMs) => renewLeases(keeping, leases, leaseMs, now()),
    release: (leases) => releaseLeases(keeping, leases),

    async readBatch({ projection, bucket }, { after, limit, filter }) {
      const count = bucketCounts.get(projection) ?? (await describe(projection)).bucketCount;
      const covered = storeBuckets(bucket, count, storeBucketCount);
      const asked = filter?.buckets;
      const buckets = asked === undefined ? covered : covered.filter((one) => asked.includes(one));
      const scope = count === 1 && asked === undefined ? filter : { ...filter, buckets };
      const settled = await horizon.behind(after, limit);
      const page = await readPage(database, { after, limit, horizon: settled }, scope);
      return { events: read(page.events), scannedTo: page.scannedTo, horizon: settled };
    },

    moveCheckpoint: async (lease, to, { tx }) =>
      moveCheckpoint(database.session(tx), lease, to, now()),

    recordFailure: (lease, failure) => recordFailure(keeping, lease, failure, now()),

    addDeadLetter: async (lease, letter, { tx }) =>
      addDeadLetter(database.session(tx), lease, letter, now()),

    async deadLetters(projection, limit = noLimit) {
      const letters = await selectDeadLetters(database, projection, limit);
      const events = read(letters.map(({ event }) => event));
      return letters.map((letter, index) => ({ ...letter, event: events[index] ?? letter.event }));
    },

    resolveDeadLetter: async (projection, position, { tx }) =>
      resolveDeadLetter(database.session(tx), projection, position),

    async resume(projection) {
      return (await database.run(resumeBuckets, [projection])).length;
    },

    async status(projection) {
      const described = await describe(projection);
      const rows = await keeping.run(selectBuckets, [projection, null, now()]);
      return {
        ...described,
        buckets: rows.map(statusOf),
        deadLetters: await countDeadLetters(keeping, projection),
        ...(await horizon.positions()),
      };
    },

    startRebuild: (projection) =>
      database.transaction((session) => startRebuild(session, projection, now())),

    swap: async (projection, { minCheckpoint, tx }) =>
      tx === undefined
        ? database.transaction((session) => swapGenerations(session, projection, minCheckpoint))
        : swapGenerations(database.session(tx), projection, minCheckpoint),

    abandonRebuild: (projection) =>
      database.transaction((session) => abandonRebuild(session, projection)),
  };
}
