import type { Migration } from './migration.ts';

/** Finds the keys that wait for their next attempt, however long the backlog behind them is. */
export const waitingMessages: Migration = {
  version: 5,
  name: 'waiting messages',
  statements: [
    `CREATE INDEX outbox_waiting ON es.outbox_message (lane, key)
      WHERE state = 'pending' AND retry_at IS NOT NULL`,
  ],
};
