import type { Migration } from './migration.ts';

/** Projections: generations, buckets with checkpoint and lease, dead letters. */
export const projections: Migration = {
  version: 3,
  name: 'projections',
  statements: [
    `CREATE TABLE es.projection (name text PRIMARY KEY, bucket_count integer NOT NULL)`,
    `CREATE TABLE es.projection_generation (
      projection text NOT NULL REFERENCES es.projection,
      generation integer NOT NULL,
      state text NOT NULL CHECK (state IN ('live', 'rebuilding', 'retired')),
      PRIMARY KEY (projection, generation)
    )`,
    `CREATE UNIQUE INDEX projection_active ON es.projection_generation (projection, state)
      WHERE state <> 'retired'`,
    `CREATE TABLE es.projection_bucket (
      projection text NOT NULL,
      generation integer NOT NULL,
      bucket integer NOT NULL,
      checkpoint bigint NOT NULL,
      owner text,
      epoch integer NOT NULL DEFAULT 0,
      lease_expires_at timestamptz,
      is_stopped boolean NOT NULL DEFAULT false,
      failed_position bigint,
      failed_event_id uuid,
      failed_attempts integer,
      failed_error text,
      failed_at timestamptz,
      retry_at timestamptz,
      updated_at timestamptz NOT NULL,
      PRIMARY KEY (projection, generation, bucket),
      FOREIGN KEY (projection, generation) REFERENCES es.projection_generation
    ) WITH (fillfactor = 50)`,
    `CREATE TABLE es.projection_dead_letter (
      projection text NOT NULL,
      generation integer NOT NULL,
      bucket integer NOT NULL,
      position bigint NOT NULL,
      attempts integer NOT NULL,
      error text NOT NULL,
      failed_at timestamptz NOT NULL,
      PRIMARY KEY (projection, generation, position)
    )`,
  ],
};
