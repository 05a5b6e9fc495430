import { hashText } from '../../bucket.ts';
import { BucketCountMismatchError } from '../../errors.ts';
import {
  RightMissingError,
  SchemaRightsError,
  SchemaTooNewError,
  ServerTooOldError,
} from '../errors.ts';
import {
  qualify,
  type SqlDatabase,
  type SqlExecutor,
  type SqlSession,
  type Statement,
} from '../sql-database.ts';
import { sqlState } from '../sql-state.ts';
import { flag, integer, text } from '../value.ts';
import { events } from './0001-events.ts';
import { snapshotsAndOutbox } from './0002-snapshots-outbox.ts';
import { projections } from './0003-projections.ts';
import { positions } from './0004-positions.ts';
import { waitingMessages } from './0005-waiting-messages.ts';
import type { Migration } from './migration.ts';

const migrations: readonly Migration[] = [
  events,
  snapshotsAndOutbox,
  projections,
  positions,
  waitingMessages,
];

/** The version of the schema that this code works with. */
export const schemaVersion = migrations.length;

/** PostgreSQL 12, as `server_version_num` says it. */
const oldestServer = 120_000;

// From the tables of the catalogue: what `to_regclass` remembers may be from before a lock was waited for.
const findTable: Statement = {
  name: 'migration_table',
  text: `SELECT current_setting('server_version_num')::integer AS server_version,
    EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AS has_schema,
    EXISTS (
      SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = 'schema_migration'
    ) AS is_there`,
};

const findVersion: Statement = {
  name: 'migration_version',
  text: `SELECT coalesce(max(version), 0) AS version FROM es.schema_migration`,
};

const findBucketCount: Statement = {
  name: 'migration_bucket_count',
  text: `SELECT value FROM es.setting WHERE name = 'bucket_count'`,
};

interface BucketCount {
  readonly requested: number | undefined;
  readonly initial: number;
}

/**
 * Brings the schema to the version of the code, in one transaction, one process at a time. Gives the
 * bucket count that the data was made with. A schema that is there and complete is only read, for which
 * no other rights are needed.
 *
 * @throws SchemaTooNewError when a newer version of the code was here before.
 * @throws SchemaRightsError when the role may not do what is missing.
 * @throws ServerTooOldError before PostgreSQL 12.
 */
export async function migrate(
  database: SqlDatabase,
  schema: string,
  bucketCount: BucketCount,
): Promise<number> {
  try {
    if ((await currentVersion(database, schema)) === schemaVersion) {
      const stored = await storedBucketCount(database);
      if (stored !== undefined) return agreed(stored, bucketCount);
    }
    return await database.transaction((session) => bringUp(session, schema, bucketCount));
  } catch (error) {
    const state = sqlState(error);
    const isRefused = error instanceof RightMissingError || state === '42501' || state === '25006';
    throw isRefused ? new SchemaRightsError(schema, error) : error;
  }
}

async function bringUp(
  session: SqlSession,
  schema: string,
  bucketCount: BucketCount,
): Promise<number> {
  // Two keys: the first says that it is ours, the second which schema.
  const keys = [0x66697265, hashText(schema) | 0];
  await session.query('SELECT pg_catalog.pg_advisory_xact_lock($1, $2)', keys);
  const found = await currentVersion(session, schema);
  if (found === undefined) await createRegister(session, schema);
  for (const migration of migrations.slice(found ?? 0)) {
    for (const statement of migration.statements) await session.query(qualify(statement, schema));
    await session.query(
      qualify(`INSERT INTO es.schema_migration (version, name) VALUES ($1, $2)`, schema),
      [migration.version, migration.name],
    );
  }
  const stored = await storedBucketCount(session);
  if (stored !== undefined) return agreed(stored, bucketCount);
  const count = bucketCount.requested ?? bucketCount.initial;
  await session.query(qualify(`INSERT INTO es.setting VALUES ('bucket_count', $1)`, schema), [
    String(count),
  ]);
  return count;
}

/** `undefined` when nothing was ever migrated here. */
async function currentVersion(executor: SqlExecutor, schema: string): Promise<number | undefined> {
  const [table] = await executor.run(findTable, [schema]);
  const serverVersion = integer(table, 'server_version');
  if (serverVersion < oldestServer) throw new ServerTooOldError(serverVersion);
  if (!flag(table, 'is_there')) return undefined;
  const [row] = await executor.run(findVersion, []);
  const version = integer(row, 'version');
  if (version > schemaVersion) throw new SchemaTooNewError(schema, version, schemaVersion);
  return version;
}

async function createRegister(session: SqlSession, schema: string): Promise<void> {
  // Asked first: creating what exists would need rights that the owner of the schema need not have.
  const [found] = await session.run(findTable, [schema]);
  if (!flag(found, 'has_schema')) await session.query(`CREATE SCHEMA "${schema}"`);
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
}

async function storedBucketCount(executor: SqlExecutor): Promise<number | undefined> {
  const [row] = await executor.run(findBucketCount, []);
  return row === undefined ? undefined : Number(text(row, 'value'));
}

function agreed(stored: number, { requested }: BucketCount): number {
  if (requested !== undefined && requested !== stored) {
    throw new BucketCountMismatchError('the event store', stored, requested);
  }
  return stored;
}
