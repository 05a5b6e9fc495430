import type { Migration } from './migration.ts';

/** Snapshots, and the outbox with its 16 lanes. */
export const snapshotsAndOutbox: Migration = {
  version: 2,
  name: 'snapshots and outbox',
  statements: [
    `CREATE TABLE es.snapshot (
      category text NOT NULL,
      stream_id text NOT NULL,
      name text NOT NULL,
      stream_version integer NOT NULL,
      schema_version integer NOT NULL,
      state jsonb NOT NULL,
      PRIMARY KEY (category, stream_id, name)
    )`,
    `CREATE TABLE es.outbox_message (
      sequence bigserial PRIMARY KEY,
      message_id uuid NOT NULL UNIQUE,
      topic text NOT NULL,
      key text NOT NULL,
      lane integer NOT NULL,
      payload jsonb NOT NULL,
      headers jsonb NOT NULL,
      state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'published', 'dead')),
      attempts integer NOT NULL DEFAULT 0,
      enqueued_at timestamptz NOT NULL,
      retry_at timestamptz,
      published_at timestamptz,
      failed_at timestamptz,
      error text
    )`,
    `CREATE INDEX outbox_pending ON es.outbox_message (lane, sequence) WHERE state = 'pending'`,
    `CREATE INDEX outbox_published ON es.outbox_message (published_at) WHERE state = 'published'`,
    `CREATE INDEX outbox_dead ON es.outbox_message (sequence) WHERE state = 'dead'`,
    `CREATE TABLE es.outbox_lane (
      lane integer PRIMARY KEY,
      owner text,
      epoch integer NOT NULL DEFAULT 0,
      lease_expires_at timestamptz
    )`,
    `INSERT INTO es.outbox_lane (lane) SELECT generate_series(0, 15)`,
  ],
};
