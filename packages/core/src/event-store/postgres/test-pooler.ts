import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Client } from 'pg';
import { freePort, installPackage } from './test-cluster.ts';

/** A pgbouncer of a test's own. */
export interface TestPooler {
  url(database: string): string;
  remove(): Promise<void>;
}

const program = '/usr/sbin/pgbouncer';

/**
 * Puts pgbouncer in transaction mode before a server: each transaction gets whichever of three
 * connections is free. Debian's package is installed if it is missing.
 */
export async function startPooler(serverPort: number): Promise<TestPooler> {
  if (!existsSync(program)) await installPackage('pgbouncer');
  const home = await mkdtemp(join(tmpdir(), 'firedrill-pooler-'));
  await chmod(home, 0o777);
  const port = await freePort();
  const settings = join(home, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
* = host=127.0.0.1 port=${serverPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
`,
  );
  await chmod(settings, 0o644);
  const isRoot = process.getuid?.() === 0;
  const child = spawn(
    isRoot ? 'runuser' : program,
    isRoot ? ['-u', 'postgres', '--', program, settings] : [settings],
    { stdio: 'ignore' },
  );
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await untilItAnswers(url('postgres'), () => child.exitCode !== null);
  return {
    url,
    async remove() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(connectionString: string, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    const client = new Client({ connectionString });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (hasEnded()) throw new Error('pgbouncer ended at once.', { cause });
    }
  }
}
