import type { Migration } from './migration.ts';

/**
 * Streams and events. The head of a stream is a row that an append locks; `position` is drawn after
 * that, so that a transaction has its number before its first position (see `horizon.ts`).
 */
export const events: Migration = {
  version: 1,
  name: 'events',
  statements: [
    `CREATE TABLE es.setting (name text PRIMARY KEY, value text NOT NULL)`,
    `CREATE TABLE es.stream (
      category text NOT NULL,
      id text NOT NULL,
      version integer NOT NULL,
      PRIMARY KEY (category, id)
    ) WITH (fillfactor = 70)`,
    `CREATE TABLE es.event (
      position bigserial PRIMARY KEY,
      category text NOT NULL,
      stream_id text NOT NULL,
      stream_version integer NOT NULL,
      event_id uuid NOT NULL,
      type text NOT NULL,
      schema_version integer NOT NULL,
      tenant text NOT NULL,
      bucket integer NOT NULL,
      data jsonb NOT NULL,
      metadata jsonb NOT NULL,
      recorded_at timestamptz NOT NULL
    )`,
    `CREATE UNIQUE INDEX event_stream ON es.event (category, stream_id, stream_version)`,
    `CREATE UNIQUE INDEX event_event_id ON es.event (event_id)`,
    `CREATE INDEX event_bucket ON es.event (bucket, position)`,
    `CREATE INDEX event_category ON es.event (category, position)`,
    `CREATE FUNCTION es.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'Failed to % events: events never change. Append an event that corrects them.',
        lower(TG_OP) USING ERRCODE = 'restrict_violation';
    END $$`,
    `CREATE TRIGGER event_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON es.event
      FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change()`,
    `ALTER TABLE es.event ENABLE ALWAYS TRIGGER event_immutable`,
  ],
};
