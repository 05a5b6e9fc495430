import { hashText } from '../bucket.ts';
import { LeaseLostError } from '../errors.ts';
import type { Outbox, OutboxLease } from '../outbox/outbox.ts';
import { prepareMessages } from '../outbox/prepare-messages.ts';
import type { Connection } from './connection.ts';
import { openTransaction } from './open-transaction.ts';
import { type LaneRow, OUTBOX_LANE_COUNT, type OutboxRow } from './outbox-state.ts';
import type { MemoryTransaction } from './transaction.ts';

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

  function rowsIn(wanted: OutboxRow['state']): OutboxRow[] {
    return [...state.rows.values()]
      .filter((row) => row.state === wanted)
      .toSorted((a, b) => a.message.sequence - b.message.sequence);
  }

  return {
    laneCount: OUTBOX_LANE_COUNT,

    enqueue(messages, { tx }) {
      const prepared = prepareMessages(messages);
      return connection.roundTrip(() => {
        const transaction = openTransaction(connection, tx);
        const enqueuedAt = new Date();
        const rows = prepared.map(({ payload, headers, ...message }): OutboxRow => {
          state.sequence += 1;
          return {
            message: {
              ...message,
              payload: JSON.parse(payload) as unknown,
              headers: parseHeaders(headers),
              sequence: state.sequence,
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
        });
        transaction?.onCommit(() => {
          for (const row of rows) state.rows.set(row.message.messageId, row);
        });
      });
    },

    acquire({ owner, leaseMs, limit }) {
      return connection.roundTrip(() => {
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

    release(leases) {
      return connection.roundTrip(() => {
        for (const lease of leases) if (holds(lease)) free(state.lanes[lease.lane]);
      });
    },

    pending(lane, limit) {
      return connection.roundTrip(() => {
        const nowMs = Date.now();
        const waiting = new Set<string>();
        const due: OutboxRow[] = [];
        for (const row of rowsIn('pending')) {
          if (due.length >= limit) break;
          if (row.lane !== lane || waiting.has(row.message.key)) continue;
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

    markFailed(lease, messageId, { error, retryAt }) {
      return connection.roundTrip(() => {
        assertHeld(lease);
        const row = state.rows.get(messageId);
        if (row === undefined) return;
        row.message = { ...row.message, attempts: row.message.attempts + 1 };
        row.error = error;
        row.failedAtMs = Date.now();
        row.retryAtMs = retryAt?.getTime();
        if (retryAt === undefined) row.state = 'dead';
      });
    },

    deadLetters: (limit = Infinity) =>
      connection.roundTrip(() =>
        rowsIn('dead')
          .slice(0, limit)
          .map(({ message, error, failedAtMs }) => ({
            ...message,
            error: error ?? '',
            failedAt: new Date(failedAtMs ?? 0),
          })),
      ),

    revive(messageId) {
      return connection.roundTrip(() => {
        const row = state.rows.get(messageId);
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
          published: rowsIn('published').length,
          dead: rowsIn('dead').length,
          oldestPendingAt: pending[0]?.message.enqueuedAt,
        };
      }),

    purgePublished(before) {
      return connection.roundTrip(() => {
        const old = rowsIn('published').filter(
          ({ publishedAtMs }) => (publishedAtMs ?? 0) < before.getTime(),
        );
        for (const { message } of old) state.rows.delete(message.messageId);
        return old.length;
      });
    },
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
