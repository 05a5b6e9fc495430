import { LeaseLostError } from '../../errors.ts';
import type { RecordedEvent } from '../../event.ts';
import { type BucketLease, bucketSubject } from '../../projection-storage.ts';
import type { SqlExecutor, SqlRow, Statement } from '../sql-database.ts';

const held = `b.projection = $1 AND b.generation = $2 AND b.bucket = $3 AND b.owner = $4
  AND b.epoch = $5`;

const move: Statement = {
  name: 'checkpoint_move',
  text: `UPDATE es.projection_bucket b
    SET checkpoint = $6, updated_at = coalesce($7::timestamptz, clock_timestamp()),
      failed_position = NULL, failed_event_id = NULL, failed_attempts = NULL, failed_error = NULL,
      failed_at = NULL, retry_at = NULL
    WHERE ${held} RETURNING b.bucket`,
};

const fail: Statement = {
  name: 'failure_record',
  text: `WITH moment AS (SELECT coalesce($11::timestamptz, clock_timestamp()) AS now)
    UPDATE es.projection_bucket b
    SET failed_position = $6, failed_event_id = $7::uuid, failed_attempts = $8, failed_error = $9,
      retry_at = moment.now + $10::float8 * interval '1 millisecond', failed_at = moment.now,
      updated_at = moment.now,
      is_stopped = $10::float8 IS NULL,
      owner = CASE WHEN $10::float8 IS NULL THEN NULL ELSE b.owner END,
      lease_expires_at = CASE WHEN $10::float8 IS NULL THEN NULL ELSE b.lease_expires_at END
    FROM moment WHERE ${held} RETURNING b.bucket`,
};

const addLetter: Statement = {
  name: 'dead_letter_add',
  text: `WITH held AS (
      SELECT b.bucket FROM es.projection_bucket b WHERE ${held} FOR UPDATE
    )
    INSERT INTO es.projection_dead_letter
      (projection, generation, bucket, position, attempts, error, failed_at)
    SELECT $1, $2, $3, $6, $7, $8, coalesce($9::timestamptz, clock_timestamp()) FROM held
    ON CONFLICT (projection, generation, position) DO UPDATE
    SET attempts = excluded.attempts, error = excluded.error, failed_at = excluded.failed_at
    RETURNING bucket`,
};

/** Moves a checkpoint; the bucket's row stays locked until the transaction ends. */
export async function moveCheckpoint(
  executor: SqlExecutor,
  lease: BucketLease,
  to: number,
  now: string | null,
): Promise<void> {
  assertHeld(await executor.run(move, [...keyOf(lease), to, now]), lease);
}

/** Notes where a bucket waits or has stopped. */
export async function recordFailure(
  executor: SqlExecutor,
  lease: BucketLease,
  failure: {
    readonly event: RecordedEvent;
    readonly attempts: number;
    readonly error: string;
    readonly retryAfterMs?: number;
  },
  now: string | null,
): Promise<void> {
  const { event, attempts, error, retryAfterMs = null } = failure;
  const { position, eventId } = event;
  const params = [...keyOf(lease), position, eventId, attempts, error, retryAfterMs, now];
  assertHeld(await executor.run(fail, params), lease);
}

/** Puts an event aside. */
export async function addDeadLetter(
  executor: SqlExecutor,
  lease: BucketLease,
  letter: { readonly event: RecordedEvent; readonly attempts: number; readonly error: string },
  now: string | null,
): Promise<void> {
  const { event, attempts, error } = letter;
  const params = [...keyOf(lease), event.position, attempts, error, now];
  assertHeld(await executor.run(addLetter, params), lease);
}

function keyOf({ projection, generation, bucket, owner, epoch }: BucketLease): unknown[] {
  return [projection, generation, bucket, owner, epoch];
}

function assertHeld(rows: readonly SqlRow[], lease: BucketLease): void {
  if (rows.length === 0) throw new LeaseLostError(bucketSubject(lease), lease.epoch);
}
