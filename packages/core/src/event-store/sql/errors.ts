import { EventStoreError } from '../errors.ts';
import { reasonOf } from '../reason.ts';

/** A newer version of the code has migrated the database: this one must not write to it. */
export class SchemaTooNewError extends EventStoreError {
  readonly code = 'SCHEMA_TOO_NEW';
  readonly schema: string;
  readonly found: number;
  readonly supported: number;

  constructor(schema: string, found: number, supported: number) {
    super(
      `Failed to open the event store in schema ${schema}: the database is at version ${found}, and ` +
        `this code knows versions up to ${supported}. Deploy the newer code, or restore a backup ` +
        'from before its migration.',
    );
    this.schema = schema;
    this.found = found;
    this.supported = supported;
  }
}

/** The server is older than what the store needs. */
export class ServerTooOldError extends EventStoreError {
  readonly code = 'SERVER_TOO_OLD';
  readonly serverVersion: number;

  constructor(serverVersion: number) {
    super(
      `Failed to open the event store: the server is PostgreSQL ${Math.floor(serverVersion / 10_000)}, ` +
        'and 12 is the oldest that will do. Upgrade the server.',
    );
    this.serverVersion = serverVersion;
  }
}

/** The schema is not there or not complete, and the role may not change that. */
export class SchemaRightsError extends EventStoreError {
  readonly code = 'SCHEMA_RIGHTS';
  readonly schema: string;

  constructor(schema: string, cause: unknown) {
    const reason = cause instanceof RightMissingError ? cause.cause : cause;
    super(
      `Failed to open the event store in schema ${schema}: ${reasonOf(reason)}. Open it once with a role ` +
        `that may: CREATE SCHEMA "${schema}" AUTHORIZATION that role, or grant it CREATE on the database. ` +
        `A role that only reads then needs USAGE on the schema and SELECT on its tables.`,
      { cause },
    );
    this.schema = schema;
  }
}

/** No server answered, or it did not let us in. */
export class ConnectError extends EventStoreError {
  readonly code = 'CONNECT_FAILED';

  constructor(where: string, cause: unknown) {
    super(
      `Failed to connect to PostgreSQL at ${where}: ${reasonOf(cause)}. Start a server there, or give the ` +
        'connection string of one that runs.',
      { cause },
    );
  }
}

/** The role may not do what was asked, or the database takes no writes: a standby, or set to read only. */
export class RightMissingError extends EventStoreError {
  readonly code = 'RIGHT_MISSING';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Failed to use the event store: ${reason}. Nothing was written. Grant the role what it needs, or ` +
        'use one that may: a reader needs USAGE on the schema and SELECT on its tables, a writer also ' +
        'INSERT, UPDATE and DELETE on them and USAGE on its sequences.',
      { cause },
    );
  }
}

/** A sequence of the store cannot give the next number. */
export class PositionSequenceError extends EventStoreError {
  readonly code = 'POSITION_SEQUENCE';
  readonly reason: 'behind' | 'exhausted';

  /** @param asked What failed, e.g. `append to order/1`. */
  constructor(
    asked: string,
    { table, column }: { readonly table: string; readonly column: string },
    reason: 'behind' | 'exhausted',
    cause: unknown,
  ) {
    const sequence = `${table}_${column}_seq`;
    const sentence = {
      behind:
        `${sequence} stands behind the table ${table} (${reasonOf(cause)}), as after a restore or a ` +
        'replication that leaves sequences out. Nothing was written. In the schema of the store, run ' +
        `SELECT setval('${sequence}', (SELECT max(${column}) FROM ${table})).`,
      exhausted:
        `${sequence} has given every number up to 2^53 - 1. Nothing was written. If the highest ` +
        `${column} in the table ${table} is lower, set the sequence back to it; else begin a new store.`,
    }[reason];
    super(`Failed to ${asked}: ${sentence}`, { cause });
    this.reason = reason;
  }
}

/** The stream has as many events as it can. */
export class StreamFullError extends EventStoreError {
  readonly code = 'STREAM_FULL';

  constructor(stream: string, cause: unknown) {
    super(
      `Failed to append to ${stream}: a stream holds 2,147,483,647 events at most, and this append goes ` +
        'beyond. Nothing was written. Go on in a new stream.',
      { cause },
    );
  }
}

/** The row that says at which version a stream is does not fit its events. */
export class StreamHeadError extends EventStoreError {
  readonly code = 'STREAM_HEAD';

  constructor(stream: string, cause: unknown) {
    super(
      `Failed to append to ${stream}: its row in the table stream says a version that its events have ` +
        'passed, as after a restore of one table without the other. Nothing was written. Set the version ' +
        'to the highest stream_version of its events.',
      { cause },
    );
  }
}
