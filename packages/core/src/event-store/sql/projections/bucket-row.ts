import type { BucketFailure, BucketLease, BucketStatus } from '../../projection-storage.ts';
import type { SqlRow } from '../sql-database.ts';
import { epochMs, flag, integer, optionalText, optionalTime, text, time } from '../value.ts';

/**
 * Columns of a bucket, of the table under the alias `b`. What depends on the time is settled here, by
 * the one clock that leases and retries go by.
 *
 * @param now The time by that clock, in SQL.
 */
export function bucketColumns(now: string): string {
  return `b.projection, b.generation, b.bucket, b.checkpoint, b.owner, b.epoch,
    ${epochMs('b.lease_expires_at')} AS lease_expires_at,
    coalesce(b.lease_expires_at > ${now}, false) AS is_leased,
    b.is_stopped, b.failed_position, b.failed_event_id, b.failed_attempts, b.failed_error,
    ${epochMs('b.failed_at')} AS failed_at, ${epochMs('b.retry_at')} AS retry_at,
    (greatest(extract(epoch FROM b.retry_at - ${now}), 0) * 1000)::bigint AS retry_in_ms,
    b.retry_at IS NULL AS has_no_retry, ${epochMs('b.updated_at')} AS updated_at`;
}

export function statusOf(row: SqlRow): BucketStatus {
  return {
    projection: text(row, 'projection'),
    generation: integer(row, 'generation'),
    bucket: integer(row, 'bucket'),
    checkpoint: integer(row, 'checkpoint'),
    owner: optionalText(row, 'owner'),
    epoch: integer(row, 'epoch'),
    leaseExpiresAt: optionalTime(row, 'lease_expires_at'),
    isLeased: flag(row, 'is_leased'),
    state: flag(row, 'is_stopped') ? 'stopped' : 'running',
    failure: failureOf(row),
    updatedAt: time(row, 'updated_at'),
  };
}

export function leaseOf(row: SqlRow): BucketLease {
  return {
    projection: text(row, 'projection'),
    generation: integer(row, 'generation'),
    bucket: integer(row, 'bucket'),
    owner: text(row, 'owner'),
    epoch: integer(row, 'epoch'),
    expiresAt: time(row, 'lease_expires_at'),
    checkpoint: integer(row, 'checkpoint'),
    failure: failureOf(row),
  };
}

function failureOf(row: SqlRow): BucketFailure | undefined {
  if (row['failed_position'] === null) return undefined;
  return {
    position: integer(row, 'failed_position'),
    eventId: text(row, 'failed_event_id'),
    attempts: integer(row, 'failed_attempts'),
    error: text(row, 'failed_error'),
    failedAt: time(row, 'failed_at'),
    retryAt: optionalTime(row, 'retry_at'),
    retryInMs: flag(row, 'has_no_retry') ? undefined : integer(row, 'retry_in_ms'),
  };
}
