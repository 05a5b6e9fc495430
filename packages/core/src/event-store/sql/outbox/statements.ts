import type { Statement } from '../sql-database.ts';
import { epochMs } from '../value.ts';

export const enqueueMessages: Statement = {
  name: 'outbox_enqueue',
  text: `WITH written AS (
    INSERT INTO es.outbox_message (message_id, topic, key, lane, payload, headers, enqueued_at)
    SELECT i.message_id, i.topic, i.key, i.lane, i.payload::jsonb, i.headers::jsonb,
      coalesce($7::timestamptz, statement_timestamp())
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::text[])
      WITH ORDINALITY AS i (message_id, topic, key, lane, payload, headers, number)
    ORDER BY i.number
    ON CONFLICT (message_id) DO NOTHING RETURNING message_id, sequence
  ),
  taken AS (SELECT max(m.sequence) AS last FROM es.outbox_message m)
  SELECT written.message_id, CASE WHEN written.sequence <= taken.last
    THEN es.refuse_position(written.sequence, taken.last) END AS refused
  FROM written, taken`,
};

export const selectMessages: Statement = {
  name: 'outbox_select',
  text: `SELECT m.message_id, m.topic, m.key, m.payload, m.headers FROM es.outbox_message m
    WHERE m.message_id = ANY($1::uuid[])`,
};

export const acquireLanes: Statement = {
  name: 'outbox_acquire',
  text: `WITH moment AS (SELECT coalesce($4::timestamptz, clock_timestamp()) AS now),
    free AS (
      SELECT l.lane FROM es.outbox_lane l, moment
      WHERE l.owner IS NULL OR l.owner = $1 OR l.lease_expires_at <= moment.now
      ORDER BY l.lane LIMIT $3 FOR UPDATE OF l SKIP LOCKED
    )
    UPDATE es.outbox_lane l
    SET owner = $1,
      epoch = CASE WHEN l.owner = $1 AND l.lease_expires_at > moment.now THEN l.epoch
        ELSE l.epoch + 1 END,
      lease_expires_at = moment.now + $2::integer * interval '1 millisecond'
    FROM free, moment WHERE l.lane = free.lane
    RETURNING l.lane, l.owner, l.epoch, ${epochMs('l.lease_expires_at')} AS lease_expires_at`,
};

const leases = `unnest($1::integer[], $2::text[], $3::integer[]) AS held (lane, owner, epoch)
    WHERE l.lane = held.lane AND l.owner = held.owner AND l.epoch = held.epoch`;

export const renewLanes: Statement = {
  name: 'outbox_renew',
  text: `UPDATE es.outbox_lane l
    SET lease_expires_at =
      coalesce($5::timestamptz, clock_timestamp()) + $4::integer * interval '1 millisecond'
    FROM ${leases}
    RETURNING l.lane, l.owner, l.epoch, ${epochMs('l.lease_expires_at')} AS lease_expires_at`,
};

export const releaseLanes: Statement = {
  name: 'outbox_release',
  text: `UPDATE es.outbox_lane l SET owner = NULL, lease_expires_at = NULL FROM ${leases}`,
};

export const messageColumns = `m.sequence, m.message_id, m.topic, m.key, m.payload, m.headers,
  m.attempts, m.error, ${epochMs('m.enqueued_at')} AS enqueued_at,
  ${epochMs('m.failed_at')} AS failed_at`;

export const selectPending: Statement = {
  name: 'outbox_pending',
  text: `SELECT ${messageColumns} FROM es.outbox_message m
    WHERE m.lane = $1 AND m.state = 'pending' AND NOT EXISTS (
      SELECT FROM es.outbox_message w
      WHERE w.lane = $1 AND w.state = 'pending' AND w.key = m.key AND w.sequence <= m.sequence
        AND w.retry_at IS NOT NULL AND w.retry_at > coalesce($3::timestamptz, clock_timestamp())
    )
    ORDER BY m.sequence LIMIT $2`,
};

// The lane's row stays locked until the end of the statement: a takeover waits for it.
const held = `WITH held AS (
    SELECT lane FROM es.outbox_lane WHERE lane = $1 AND owner = $2 AND epoch = $3 FOR UPDATE
  )`;

export const markPublished: Statement = {
  name: 'outbox_published',
  text: `${held}, marked AS (
      UPDATE es.outbox_message m
      SET state = 'published', published_at = coalesce($5::timestamptz, clock_timestamp())
      FROM held WHERE m.message_id = ANY($4::uuid[])
    ) SELECT count(*)::integer AS held FROM held`,
};

export const markFailed: Statement = {
  name: 'outbox_failed',
  text: `${held}, moment AS (SELECT coalesce($7::timestamptz, clock_timestamp()) AS now),
    marked AS (
      UPDATE es.outbox_message m
      SET attempts = m.attempts + 1, error = $5, failed_at = moment.now,
        retry_at = moment.now + $6::float8 * interval '1 millisecond',
        state = CASE WHEN $6::float8 IS NULL THEN 'dead' ELSE 'pending' END
      FROM held, moment WHERE m.message_id = $4::uuid
    ) SELECT count(*)::integer AS held FROM held`,
};

export const selectDead: Statement = {
  name: 'outbox_dead',
  text: `SELECT ${messageColumns} FROM es.outbox_message m WHERE m.state = 'dead'
    ORDER BY m.sequence LIMIT $1`,
};

export const reviveMessage: Statement = {
  name: 'outbox_revive',
  text: `UPDATE es.outbox_message SET state = 'pending', retry_at = NULL
    WHERE message_id = $1::uuid AND state = 'dead' RETURNING sequence`,
};

export const selectStatus: Statement = {
  name: 'outbox_status',
  text: `SELECT
      count(*) FILTER (WHERE m.state = 'pending') AS pending,
      count(*) FILTER (WHERE m.state = 'published') AS published,
      count(*) FILTER (WHERE m.state = 'dead') AS dead,
      ${epochMs("min(m.enqueued_at) FILTER (WHERE m.state = 'pending')")} AS oldest_pending_at
    FROM es.outbox_message m`,
};

export const purgePublished: Statement = {
  name: 'outbox_purge',
  text: `WITH gone AS (
      DELETE FROM es.outbox_message
      WHERE state = 'published' AND published_at <
        coalesce($2::timestamptz, clock_timestamp()) - $1::float8 * interval '1 millisecond'
      RETURNING sequence
    ) SELECT count(*)::integer AS purged FROM gone`,
};
