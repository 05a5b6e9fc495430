import process from 'node:process';
import { Client } from 'pg';

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Runs `work` with the address of a new database, and drops that afterwards. */
export async function withDatabase<T>(
  purpose: string,
  work: (connectionString: string) => Promise<T>,
): Promise<T> {
  const name = `bench_${purpose}_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await execute(server, `CREATE DATABASE ${name}`);
  try {
    return await work(url.href);
  } finally {
    await execute(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Runs one statement on a connection of its own. */
export async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
