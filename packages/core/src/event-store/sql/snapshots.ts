import { checkStream, checkText } from '../checks.ts';
import { prepareSnapshot, type SnapshotStore } from '../snapshot.ts';
import type { SqlDatabase, SqlTransaction, Statement } from './sql-database.ts';
import { integer } from './value.ts';

const loadSnapshot: Statement = {
  name: 'load_snapshot',
  text: `SELECT stream_version, schema_version, state FROM es.snapshot
    WHERE category = $1 AND stream_id = $2 AND name = $3`,
};

const saveSnapshot: Statement = {
  name: 'save_snapshot',
  text: `INSERT INTO es.snapshot AS s (category, stream_id, name, stream_version, schema_version, state)
    VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
    ON CONFLICT (category, stream_id, name) DO UPDATE
    SET stream_version = excluded.stream_version, schema_version = excluded.schema_version,
      state = excluded.state
    WHERE s.schema_version <> excluded.schema_version OR s.stream_version < excluded.stream_version`,
};

/** Snapshots in SQL. */
export function createSqlSnapshots(database: SqlDatabase): SnapshotStore<SqlTransaction> {
  return {
    async load(stream, name, { tx } = {}) {
      const executor = tx === undefined ? database : database.session(tx);
      const { category, id } = checkStream(stream);
      const [row] = await executor.run(loadSnapshot, [category, id, checkText('name', name)]);
      if (row === undefined) return undefined;
      return {
        streamVersion: integer(row, 'stream_version'),
        schemaVersion: integer(row, 'schema_version'),
        state: row['state'],
      };
    },

    async save(stream, name, snapshot, { tx } = {}) {
      const executor = tx === undefined ? database : database.session(tx);
      const { category, id } = checkStream(stream);
      const { json } = prepareSnapshot(name, snapshot);
      const { streamVersion, schemaVersion } = snapshot;
      await executor.run(saveSnapshot, [category, id, name, streamVersion, schemaVersion, json]);
    },
  };
}
