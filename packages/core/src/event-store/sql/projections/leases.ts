import { checkInteger, checkText } from '../../checks.ts';
import type { BucketLease } from '../../projection-storage.ts';
import type { SqlExecutor, Statement } from '../sql-database.ts';
import { bucketColumns, leaseOf } from './bucket-row.ts';

// SKIP LOCKED leaves out buckets whose checkpoint a transaction moves at this moment. The lock on the
// generation reads its state anew: a swap may have retired it after the statement's snapshot, and freed
// its buckets.
const acquire: Statement = {
  name: 'bucket_acquire',
  text: `WITH moment AS (SELECT coalesce($7::timestamptz, clock_timestamp()) AS now),
    free AS (
      SELECT b.bucket FROM moment, es.projection_bucket b
      JOIN es.projection_generation g USING (projection, generation)
      WHERE b.projection = $1 AND b.generation = $2 AND g.state <> 'retired' AND NOT b.is_stopped
        AND (b.owner IS NULL OR b.lease_expires_at <= moment.now)
        AND ($6::integer[] IS NULL OR b.bucket = ANY($6::integer[]))
      ORDER BY b.bucket LIMIT $5 FOR SHARE OF g SKIP LOCKED FOR UPDATE OF b SKIP LOCKED
    )
    UPDATE es.projection_bucket b
    SET owner = $3, epoch = b.epoch + 1, updated_at = moment.now,
      lease_expires_at = moment.now + $4::integer * interval '1 millisecond'
    FROM free, moment
    WHERE b.projection = $1 AND b.generation = $2 AND b.bucket = free.bucket
    RETURNING ${bucketColumns('moment.now')}`,
};

const held = `b.projection = held.projection AND b.generation = held.generation
  AND b.bucket = held.bucket AND b.owner = held.owner AND b.epoch = held.epoch`;
const leases = `unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::integer[])
  AS held (projection, generation, bucket, owner, epoch)`;

const renew: Statement = {
  name: 'bucket_renew',
  text: `WITH moment AS (SELECT coalesce($7::timestamptz, clock_timestamp()) AS now)
    UPDATE es.projection_bucket b
    SET lease_expires_at = moment.now + $6::integer * interval '1 millisecond'
    FROM moment, ${leases} WHERE ${held}
    RETURNING ${bucketColumns('moment.now')}`,
};

const release: Statement = {
  name: 'bucket_release',
  text: `UPDATE es.projection_bucket b SET owner = NULL, lease_expires_at = NULL
    FROM ${leases} WHERE ${held}`,
};

export async function acquireBuckets(
  executor: SqlExecutor,
  request: {
    readonly projection: string;
    readonly generation: number;
    readonly owner: string;
    readonly leaseMs: number;
    readonly limit: number;
    readonly buckets?: readonly number[];
  },
  now: string | null,
): Promise<BucketLease[]> {
  const { projection, generation, owner, leaseMs, limit, buckets } = request;
  checkText('owner', owner);
  checkInteger('leaseMs', leaseMs, 1);
  const params = [projection, generation, owner, leaseMs, limit, buckets ?? null, now];
  return byBucket((await executor.run(acquire, params)).map(leaseOf));
}

export async function renewLeases(
  executor: SqlExecutor,
  renewed: readonly BucketLease[],
  leaseMs: number,
  now: string | null,
): Promise<BucketLease[]> {
  checkInteger('leaseMs', leaseMs, 1);
  if (renewed.length === 0) return [];
  const rows = await executor.run(renew, [...columnsOf(renewed), leaseMs, now]);
  return byBucket(rows.map(leaseOf));
}

export async function releaseLeases(
  executor: SqlExecutor,
  released: readonly BucketLease[],
): Promise<void> {
  if (released.length > 0) await executor.run(release, columnsOf(released));
}

function byBucket(unordered: readonly BucketLease[]): BucketLease[] {
  return unordered.toSorted((a, b) => a.bucket - b.bucket);
}

function columnsOf(rows: readonly BucketLease[]): unknown[] {
  return [
    rows.map(({ projection }) => projection),
    rows.map(({ generation }) => generation),
    rows.map(({ bucket }) => bucket),
    rows.map(({ owner }) => owner),
    rows.map(({ epoch }) => epoch),
  ];
}
