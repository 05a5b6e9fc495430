import process from 'node:process';
import { Client } from 'pg';

/** Where tests find PostgreSQL: `DATABASE_URL`, or the standard loopback port. */
export const testServerUrl =
  process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** A schema name that no other test has. */
export function testSchema(purpose: string): string {
  return `${purpose}_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

/** Runs statements on a connection of its own. */
export async function onTestServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: testServerUrl });
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(
      'Failed to reach PostgreSQL for an integration test: no server lets us in at ' +
        `${URL.parse(testServerUrl)?.host ?? 'DATABASE_URL'}. Start PostgreSQL 12 or later there, or ` +
        'set DATABASE_URL to one whose user may create schemas.',
      { cause },
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function dropSchema(schema: string): Promise<unknown> {
  return onTestServer((client) => client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`));
}
