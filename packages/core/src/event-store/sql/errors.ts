import { EventStoreError } from '../errors.ts';

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

/** No server answered, or it did not let us in. */
export class ConnectError extends EventStoreError {
  readonly code = 'CONNECT_FAILED';

  constructor(where: string, cause: unknown) {
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
    super(
      `Failed to connect to PostgreSQL at ${where}: ${reason}. Start a server there, or give the ` +
        'connection string of one that runs.',
      { cause },
    );
  }
}
