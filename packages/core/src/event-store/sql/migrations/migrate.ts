import { hashText } from '../../bucket.ts';
import { BucketCountMismatchError } from '../../errors.ts';
import { SchemaTooNewError, ServerTooOldError } from '../errors.ts';
import { qualify, type SqlDatabase, type SqlSession } from '../sql-database.ts';
import { integer, text } from '../value.ts';
import { events } from './0001-events.ts';
import { snapshotsAndOutbox } from './0002-snapshots-outbox.ts';
import { projections } from './0003-projections.ts';
import type { Migration } from './migration.ts';

const migrations: readonly Migration[] = [events, snapshotsAndOutbox, projections];

/** The version of the schema that this code works with. */
export const schemaVersion = migrations.length;

/** PostgreSQL 12, as `server_version_num` says it. */
const oldestServer = 120_000;

/**
 * Brings the schema to the version of the code, in one transaction, one process at a time. Gives the
 * bucket count that the data was made with.
 *
 * @throws SchemaTooNewError when a newer version of the code was here before.
 * @throws ServerTooOldError before PostgreSQL 12.
 */
export function migrate(
  database: SqlDatabase,
  schema: string,
  bucketCount: { readonly requested: number | undefined; readonly initial: number },
): Promise<number> {
  return database.transaction(async (session) => {
    const [server] = await session.query(
      `SELECT current_setting('server_version_num')::integer AS version`,
    );
    const serverVersion = integer(server, 'version');
    if (serverVersion < oldestServer) throw new ServerTooOldError(serverVersion);
    // Two keys: the first says that it is ours, the second which schema.
    await session.query('SELECT pg_advisory_xact_lock($1, $2)', [0x66697265, hashText(schema) | 0]);
    const found = await currentVersion(session, schema);
    if (found > schemaVersion) throw new SchemaTooNewError(schema, found, schemaVersion);
    for (const migration of migrations.slice(found)) {
      for (const statement of migration.statements) await session.query(qualify(statement, schema));
      await session.query(
        qualify(`INSERT INTO es.schema_migration (version, name) VALUES ($1, $2)`, schema),
        [migration.version, migration.name],
      );
    }
    return settleBucketCount(session, schema, bucketCount);
  });
}

async function currentVersion(session: SqlSession, schema: string): Promise<number> {
  // Asked first: creating what exists would need rights that a running service need not have.
  const [table] = await session.query('SELECT to_regclass($1) IS NOT NULL AS is_there', [
    `"${schema}".schema_migration`,
  ]);
  if (table?.['is_there'] !== true) {
    await session.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await session.query(
      qualify(
        `CREATE TABLE es.schema_migration (
          version integer PRIMARY KEY,
          name text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )`,
        schema,
      ),
    );
    return 0;
  }
  const [row] = await session.query(
    qualify('SELECT coalesce(max(version), 0) AS version FROM es.schema_migration', schema),
  );
  return integer(row, 'version');
}

async function settleBucketCount(
  session: SqlSession,
  schema: string,
  { requested, initial }: { readonly requested: number | undefined; readonly initial: number },
): Promise<number> {
  await session.query(
    qualify(`INSERT INTO es.setting VALUES ('bucket_count', $1) ON CONFLICT DO NOTHING`, schema),
    [String(requested ?? initial)],
  );
  const [row] = await session.query(
    qualify(`SELECT value FROM es.setting WHERE name = 'bucket_count'`, schema),
  );
  const stored = row === undefined ? initial : Number(text(row, 'value'));
  if (requested !== undefined && requested !== stored) {
    throw new BucketCountMismatchError('the event store', stored, requested);
  }
  return stored;
}
