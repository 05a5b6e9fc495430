import { hashText } from '../../bucket.ts';
import { checkInteger, checkText } from '../../checks.ts';
import { LeaseLostError } from '../../errors.ts';
import { errorText } from '../../error-text.ts';
import { MessageIdReusedError } from '../../outbox/errors.ts';
import type { Outbox, OutboxLease, OutboxMessage } from '../../outbox/outbox.ts';
import {
  checkMessageId,
  prepareMessages,
  type PreparedMessage,
} from '../../outbox/prepare-messages.ts';
import { isSameMessage } from '../../outbox/same-message.ts';
import { withSavepoint } from '../savepoint.ts';
import { sequenceError } from '../sequence-error.ts';
import type { SqlDatabase, SqlRow, SqlSession, SqlTransaction } from '../sql-database.ts';
import { integer, optionalTime, text, time } from '../value.ts';
import {
  acquireLanes,
  enqueueMessages,
  markFailed,
  markPublished,
  purgePublished,
  releaseLanes,
  renewLanes,
  reviveMessage,
  selectDead,
  selectMessages,
  selectPending,
  selectStatus,
} from './statements.ts';

/** Lanes of the outbox, as the migration made them: relays that can share it at most. */
const laneCount = 16;
const noLimit = 2 ** 31 - 1;
const LONGEST_LEASE_MS = 2 ** 31 - 1;

/** The outbox in SQL. */
export function createSqlOutbox(
  database: SqlDatabase,
  now: () => string | null,
): Outbox<SqlTransaction> {
  const keeping = database.leases ?? database;
  return {
    laneCount,

    async enqueue(messages, { tx }) {
      const session = database.session(tx);
      const prepared = prepareMessages(messages);
      if (prepared.length === 0) return;
      const hasGivenIds = messages.some(({ messageId }) => messageId !== undefined);
      const write = (): Promise<void> => enqueue(session, prepared, now());
      await (hasGivenIds ? withSavepoint(session, write) : write());
    },

    async acquire({ owner, leaseMs, limit }) {
      checkInteger('leaseMs', leaseMs, 1, LONGEST_LEASE_MS);
      checkInteger('limit', limit, 1);
      checkText('owner', owner);
      return leasesOf(await keeping.run(acquireLanes, [owner, leaseMs, limit, now()]));
    },

    async renew(leases, leaseMs) {
      checkInteger('leaseMs', leaseMs, 1, LONGEST_LEASE_MS);
      return leasesOf(await keeping.run(renewLanes, [...columnsOf(leases), leaseMs, now()]));
    },

    async release(leases) {
      if (leases.length > 0) await keeping.run(releaseLanes, columnsOf(leases));
    },

    async pending(lane, limit) {
      checkInteger('lane', lane, 0, laneCount - 1);
      checkInteger('limit', limit, 1);
      return (await database.run(selectPending, [lane, limit, now()])).map(messageOf);
    },

    async markPublished(lease, messageIds) {
      const params = [lease.lane, lease.owner, lease.epoch, messageIds, now()];
      const [row] = await database.run(markPublished, params);
      assertHeld(row, lease);
    },

    async markFailed({ lane, owner, epoch }, messageId, { error, retryAfterMs = null }) {
      const params = [lane, owner, epoch, messageId, errorText(error), retryAfterMs, now()];
      const [row] = await database.run(markFailed, params);
      assertHeld(row, { lane, epoch });
    },

    async deadLetters(limit = noLimit) {
      checkInteger('limit', limit, 1);
      const rows = await database.run(selectDead, [limit]);
      return rows.map((row) => ({
        ...messageOf(row),
        error: text(row, 'error'),
        failedAt: time(row, 'failed_at'),
      }));
    },

    async revive(messageId) {
      return (await database.run(reviveMessage, [checkMessageId(messageId)])).length > 0;
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

    async purgePublished({ olderThanMs }) {
      checkInteger('olderThanMs', olderThanMs, 0);
      const [row] = await database.run(purgePublished, [olderThanMs, now()]);
      return integer(row, 'purged');
    },
  };
}

async function enqueue(
  session: SqlSession,
  messages: readonly PreparedMessage[],
  now: string | null,
): Promise<void> {
  const params = [
    messages.map(({ messageId }) => messageId),
    messages.map(({ topic }) => topic),
    messages.map(({ key }) => key),
    messages.map(({ key }) => hashText(key) % laneCount),
    messages.map(({ payload }) => payload),
    messages.map(({ headers }) => headers),
    now,
  ];
  const written = await session.run(enqueueMessages, params).catch((error: unknown) => {
    const of = { table: 'outbox_message', column: 'sequence' };
    throw sequenceError(error, 'enqueue messages', of);
  });
  if (written.length === messages.length) return;
  const ids = messages.map(({ messageId }) => messageId);
  const rows = await session.run(selectMessages, [ids]);
  const stored = new Map(rows.map((row) => [text(row, 'message_id'), row]));
  const reused = messages.filter((message) => {
    const row = stored.get(message.messageId);
    return row !== undefined && !isSameMessage(contentOf(row), message);
  });
  if (reused.length > 0) throw new MessageIdReusedError(reused.map(({ messageId }) => messageId));
}

function columnsOf(leases: readonly OutboxLease[]): unknown[] {
  return [
    leases.map(({ lane }) => lane),
    leases.map(({ owner }) => owner),
    leases.map(({ epoch }) => epoch),
  ];
}

function leasesOf(rows: readonly SqlRow[]): OutboxLease[] {
  return rows
    .map((row) => ({
      lane: integer(row, 'lane'),
      owner: text(row, 'owner'),
      epoch: integer(row, 'epoch'),
      expiresAt: time(row, 'lease_expires_at'),
    }))
    .toSorted((a, b) => a.lane - b.lane);
}

function contentOf(row: SqlRow): Pick<OutboxMessage, 'topic' | 'key' | 'payload' | 'headers'> {
  return {
    topic: text(row, 'topic'),
    key: text(row, 'key'),
    payload: row['payload'],
    headers: headersOf(row['headers']),
  };
}

function messageOf(row: SqlRow): OutboxMessage {
  return {
    sequence: integer(row, 'sequence'),
    messageId: text(row, 'message_id'),
    ...contentOf(row),
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

function assertHeld(row: SqlRow | undefined, lease: Pick<OutboxLease, 'lane' | 'epoch'>): void {
  if (integer(row, 'held') === 0) {
    throw new LeaseLostError(`lane ${lease.lane} of the outbox`, lease.epoch);
  }
}
