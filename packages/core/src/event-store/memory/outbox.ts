import { hashText } from '../bucket.ts';
import { checkInteger, checkText } from '../checks.ts';
import { errorText } from '../error-text.ts';
import { LeaseLostError } from '../errors.ts';
import { MessageIdReusedError } from '../outbox/errors.ts';
import type { Outbox, OutboxLease } from '../outbox/outbox.ts';
import {
  checkMessageId,
  prepareMessages,
  type PreparedMessage,
} from '../outbox/prepare-messages.ts';
import { isSameMessage } from '../outbox/same-message.ts';
import type { Connection } from './connection.ts';
import { freezeDeep } from './freeze-deep.ts';
import { openTransaction } from './open-transaction.ts';
import { type LaneRow, OUTBOX_LANE_COUNT, type OutboxRow } from './outbox-state.ts';
import type { MemoryTransaction, OpenTransaction } from './transaction.ts';

/** The outbox in memory. */
export function createMemoryOutbox(connection: Connection): Outbox<MemoryTransaction> {
  const state = connection.database.outbox;

  function holds({ lane, owner, epoch }: OutboxLease): boolean {
    const row = state.lanes[lane];
    return row?.owner === owner && row.epoch === epoch;
  }

  function assertHeld(lease: OutboxLease): void {
    if (!holds(lease)) throw new LeaseLostError(`lane ${lease.lane} of the outbox`, lease.epoch);
  }

  /** Rows in this state, and of this lane if one is named, in the order of their sequence. */
  function rowsIn(wanted: OutboxRow['state'], lane?: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    for (const row of state.rows.values()) {
      if (row.state === wanted && (lane === undefined || row.lane === lane)) rows.push(row);
    }
    return rows.toSorted((a, b) => a.message.sequence - b.message.sequence);
  }

  function countOf(wanted: OutboxRow['state']): number {
    let count = 0;
    for (const row of state.rows.values()) if (row.state === wanted) count += 1;
    return count;
  }

  /** Those of which the outbox knows nothing yet. Its row of an id is locked until the transaction ends. */
  async function unknownMessages(
    transaction: OpenTransaction,
    messages: readonly PreparedMessage[],
  ): Promise<readonly PreparedMessage[]> {
    const ids = messages.map(({ messageId }) => messageId);
    for (const id of ids.toSorted()) await transaction.lock(`message ${id}`);
    const known = (id: string): OutboxRow | undefined =>
      transaction.messages.get(id) ?? state.rows.get(id);
    const reused = messages.filter((message) => {
      const row = known(message.messageId);
      return row !== undefined && !isSameMessage(row.message, message);
    });
    if (reused.length > 0) throw new MessageIdReusedError(reused.map(({ messageId }) => messageId));
    return messages.filter(({ messageId }) => known(messageId) === undefined);
  }

  return {
    laneCount: OUTBOX_LANE_COUNT,

    async enqueue(messages, { tx }) {
      const prepared = prepareMessages(messages);
      await connection.roundTrip(async () => {
        const transaction = openTransaction(connection, tx);
        if (transaction === undefined) return;
        const fresh = await unknownMessages(transaction, prepared);
        const enqueuedAt = new Date();
        for (const message of fresh) {
          const row = rowOf(message, (state.sequence += 1), enqueuedAt);
          transaction.messages.set(message.messageId, row);
        }
        transaction.onCommit(() => {
          for (const { messageId } of fresh) {
            const row = transaction.messages.get(messageId);
            if (row !== undefined) state.rows.set(messageId, row);
          }
        });
      });
    },

    acquire({ owner, leaseMs, limit }) {
      return connection.roundTrip(() => {
        checkText('owner', owner);
        checkInteger('leaseMs', leaseMs, 1, LONGEST_LEASE_MS);
        checkInteger('limit', limit, 1);
        const nowMs = Date.now();
        const taken: OutboxLease[] = [];
        for (const [lane, row] of state.lanes.entries()) {
          if (taken.length >= limit) break;
          const isExpired = (row.leaseExpiresAtMs ?? 0) <= nowMs;
          if (row.owner !== undefined && row.owner !== owner && !isExpired) continue;
          if (row.owner !== owner || isExpired) row.epoch += 1;
          row.owner = owner;
          row.leaseExpiresAtMs = nowMs + leaseMs;
          taken.push({ lane, owner, epoch: row.epoch, expiresAt: new Date(row.leaseExpiresAtMs) });
        }
        return taken;
      });
    },

    renew(leases, leaseMs) {
      return connection.roundTrip(() => {
        checkInteger('leaseMs', leaseMs, 1, LONGEST_LEASE_MS);
        const leaseExpiresAtMs = Date.now() + leaseMs;
        return leases.filter(holds).map((lease) => {
          const row = state.lanes[lease.lane];
          if (row !== undefined) row.leaseExpiresAtMs = leaseExpiresAtMs;
          return { ...lease, expiresAt: new Date(leaseExpiresAtMs) };
        });
      });
    },

    release(leases) {
      return connection.roundTrip(() => {
        for (const lease of leases) if (holds(lease)) free(state.lanes[lease.lane]);
      });
    },

    pending(lane, limit) {
      return connection.roundTrip(() => {
        checkInteger('lane', lane, 0, OUTBOX_LANE_COUNT - 1);
        checkInteger('limit', limit, 1);
        const nowMs = Date.now();
        const waiting = new Set<string>();
        const due: OutboxRow[] = [];
        for (const row of rowsIn('pending', lane)) {
          if (due.length >= limit) break;
          if (waiting.has(row.message.key)) continue;
          if ((row.retryAtMs ?? 0) > nowMs) waiting.add(row.message.key);
          else due.push(row);
        }
        return due.map(({ message }) => message);
      });
    },

    markPublished(lease, messageIds) {
      return connection.roundTrip(() => {
        assertHeld(lease);
        for (const messageId of messageIds) {
          const row = state.rows.get(messageId);
          if (row === undefined) continue;
          row.state = 'published';
          row.publishedAtMs = Date.now();
        }
      });
    },

    markFailed(lease, messageId, { error, retryAfterMs }) {
      return connection.roundTrip(() => {
        assertHeld(lease);
        const row = state.rows.get(messageId);
        if (row === undefined) return;
        row.message = { ...row.message, attempts: row.message.attempts + 1 };
        const nowMs = Date.now();
        row.error = errorText(error);
        row.failedAtMs = nowMs;
        row.retryAtMs = retryAfterMs === undefined ? undefined : nowMs + retryAfterMs;
        if (retryAfterMs === undefined) row.state = 'dead';
      });
    },

    deadLetters(limit) {
      return connection.roundTrip(() => {
        if (limit !== undefined) checkInteger('limit', limit, 1);
        return rowsIn('dead')
          .slice(0, limit)
          .map(({ message, error, failedAtMs }) => ({
            ...message,
            error: error ?? '',
            failedAt: new Date(failedAtMs ?? 0),
          }));
      });
    },

    revive(messageId) {
      return connection.roundTrip(() => {
        const row = state.rows.get(checkMessageId(messageId));
        if (row?.state !== 'dead') return false;
        row.state = 'pending';
        row.retryAtMs = undefined;
        return true;
      });
    },

    status: () =>
      connection.roundTrip(() => {
        const pending = rowsIn('pending');
        return {
          pending: pending.length,
          published: countOf('published'),
          dead: countOf('dead'),
          oldestPendingAt: pending[0]?.message.enqueuedAt,
        };
      }),

    purgePublished({ olderThanMs }) {
      return connection.roundTrip(() => {
        checkInteger('olderThanMs', olderThanMs, 0);
        const beforeMs = Date.now() - olderThanMs;
        const old = rowsIn('published').filter(
          ({ publishedAtMs }) => (publishedAtMs ?? 0) < beforeMs,
        );
        for (const { message } of old) state.rows.delete(message.messageId);
        return old.length;
      });
    },
  };
}

const LONGEST_LEASE_MS = 2 ** 31 - 1;

function rowOf(
  { payload, headers, ...message }: PreparedMessage,
  sequence: number,
  enqueuedAt: Date,
): OutboxRow {
  return {
    message: {
      ...message,
      payload: freezeDeep(JSON.parse(payload) as unknown),
      headers: freezeDeep(parseHeaders(headers)),
      sequence,
      attempts: 0,
      enqueuedAt,
    },
    lane: hashText(message.key) % OUTBOX_LANE_COUNT,
    state: 'pending',
    retryAtMs: undefined,
    publishedAtMs: undefined,
    failedAtMs: undefined,
    error: undefined,
  };
}

function free(row: LaneRow | undefined): void {
  if (row === undefined) return;
  row.owner = undefined;
  row.leaseExpiresAtMs = undefined;
}

function parseHeaders(json: string): OutboxRow['message']['headers'] {
  const headers: OutboxRow['message']['headers'] = JSON.parse(json);
  return headers;
}
