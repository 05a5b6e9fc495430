import { Client } from 'pg';
import { PartUnavailableError } from './part.ts';

/** A database that was made for one run of the test. */
export interface OwnDatabase {
  readonly url: string;
  /** Ends what is still connected, and drops it. */
  drop(): Promise<void>;
}

/**
 * Makes a database on the server.
 *
 * @throws PartUnavailableError when no server lets us in, or we may not make one.
 */
export async function createOwnDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `crash_test_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      onServer(serverUrl, async (client) => {
        await client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
          [name],
        );
        await client.query(`DROP DATABASE IF EXISTS ${name}`);
      }),
  };
}

async function onServer(
  serverUrl: string,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await work(client);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || String(cause) : String(cause);
    throw new PartUnavailableError(
      `Failed to use PostgreSQL at ${new URL(serverUrl).host}: ${reason}. Start PostgreSQL 12 or ` +
        'later there, name another server with --database-url (its user must be allowed to create ' +
        'databases), or run --only=embedded.',
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
