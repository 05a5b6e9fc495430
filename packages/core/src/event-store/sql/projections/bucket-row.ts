import type { BucketFailure, BucketLease, BucketStatus } from '../../projection-storage.ts';
import type { SqlRow } from '../sql-database.ts';
import { flag, integer, optionalText, optionalTime, text, time } from '../value.ts';

/** Columns of a bucket, of the table under the alias `b`. */
export const bucketColumns = `b.projection, b.generation, b.bucket, b.checkpoint, b.owner, b.epoch,
  b.lease_expires_at, b.is_stopped, b.failed_position, b.failed_event_id, b.failed_attempts,
  b.failed_error, b.failed_at, b.retry_at, b.updated_at`;

export function statusOf(row: SqlRow): BucketStatus {
  return {
    projection: text(row, 'projection'),
    generation: integer(row, 'generation'),
    bucket: integer(row, 'bucket'),
    checkpoint: integer(row, 'checkpoint'),
    owner: optionalText(row, 'owner'),
    epoch: integer(row, 'epoch'),
    leaseExpiresAt: optionalTime(row, 'lease_expires_at'),
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
  };
}
