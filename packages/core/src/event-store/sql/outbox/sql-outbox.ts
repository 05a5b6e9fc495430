import { hashText } from '../../bucket.ts';
import { checkInteger, checkText } from '../../checks.ts';
import { LeaseLostError } from '../../errors.ts';
import type { Outbox, OutboxLease, OutboxMessage } from '../../outbox/outbox.ts';
import { prepareMessages } from '../../outbox/prepare-messages.ts';
import type { SqlDatabase, SqlRow, SqlTransaction } from '../sql-database.ts';
import { integer, optionalTime, text, time } from '../value.ts';
import {
  acquireLanes,
  enqueueMessages,
  markFailed,
  markPublished,
  purgePublished,
  releaseLanes,
  reviveMessage,
  selectDead,
  selectPending,
  selectStatus,
} from './statements.ts';

/** Lanes of the outbox, as the migration made them: relays that can share it at most. */
const laneCount = 16;
const noLimit = 2 ** 31 - 1;

/** The outbox in SQL. */
export function createSqlOutbox(
  database: SqlDatabase,
  now: () => string | null,
): Outbox<SqlTransaction> {
  return {
    laneCount,

    async enqueue(messages, { tx }) {
      const session = database.session(tx);
      const prepared = prepareMessages(messages);
      if (prepared.length === 0) return;
      await session.run(enqueueMessages, [
        prepared.map(({ messageId }) => messageId),
        prepared.map(({ topic }) => topic),
        prepared.map(({ key }) => key),
        prepared.map(({ key }) => hashText(key) % laneCount),
        prepared.map(({ payload }) => payload),
        prepared.map(({ headers }) => headers),
        now(),
      ]);
    },

    async acquire({ owner, leaseMs, limit }) {
      checkInteger('leaseMs', leaseMs, 1);
      const rows = await database.run(acquireLanes, [
        checkText('owner', owner),
        leaseMs,
        limit,
        now(),
      ]);
      return rows
        .map((row) => ({
          lane: integer(row, 'lane'),
          owner,
          epoch: integer(row, 'epoch'),
          expiresAt: time(row, 'lease_expires_at'),
        }))
        .toSorted((a, b) => a.lane - b.lane);
    },

    async release(leases) {
      await database.run(releaseLanes, [
        leases.map(({ lane }) => lane),
        leases.map(({ owner }) => owner),
        leases.map(({ epoch }) => epoch),
      ]);
    },

    async pending(lane, limit) {
      return (await database.run(selectPending, [lane, limit, now()])).map(messageOf);
    },

    async markPublished(lease, messageIds) {
      const params = [lease.lane, lease.owner, lease.epoch, messageIds, now()];
      const [row] = await database.run(markPublished, params);
      assertHeld(row, lease);
    },

    async markFailed(lease, messageId, { error, retryAt }) {
      const retry = retryAt?.toISOString() ?? null;
      const params = [lease.lane, lease.owner, lease.epoch, messageId, error, retry, now()];
      const [row] = await database.run(markFailed, params);
      assertHeld(row, lease);
    },

    async deadLetters(limit = noLimit) {
      const rows = await database.run(selectDead, [limit]);
      return rows.map((row) => ({
        ...messageOf(row),
        error: text(row, 'error'),
        failedAt: time(row, 'failed_at'),
      }));
    },

    async revive(messageId) {
      return (await database.run(reviveMessage, [messageId])).length > 0;
    },

    async status() {
      const [row = {}] = await database.run(selectStatus, []);
      return {
        pending: integer(row, 'pending'),
        published: integer(row, 'published'),
        dead: integer(row, 'dead'),
        oldestPendingAt: optionalTime(row, 'oldest_pending_at'),
      };
    },

    async purgePublished(before) {
      const [row] = await database.run(purgePublished, [before.toISOString()]);
      return integer(row, 'purged');
    },
  };
}

function messageOf(row: SqlRow): OutboxMessage {
  return {
    sequence: integer(row, 'sequence'),
    messageId: text(row, 'message_id'),
    topic: text(row, 'topic'),
    key: text(row, 'key'),
    payload: row['payload'],
    headers: headersOf(row['headers']),
    attempts: integer(row, 'attempts'),
    enqueuedAt: time(row, 'enqueued_at'),
  };
}

function headersOf(value: unknown): OutboxMessage['headers'] {
  return isHeaders(value) ? value : {};
}

function isHeaders(value: unknown): value is OutboxMessage['headers'] {
  return typeof value === 'object' && value !== null;
}

function assertHeld(row: SqlRow | undefined, lease: OutboxLease): void {
  if (integer(row, 'held') === 0) {
    throw new LeaseLostError(`lane ${lease.lane} of the outbox`, lease.epoch);
  }
}
