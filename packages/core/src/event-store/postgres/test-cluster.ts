import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
const installed = '/usr/lib/postgresql';

/** A server of a test's own, which it may restart, kill and fill with settings. */
export interface TestCluster {
  readonly port: number;
  /** `database` is made when it is not there. */
  url(database: string): Promise<string>;
  /** `fast` rolls back what is open; `immediate` is a crash. Resolves when the server answers again. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** Runs statements on a connection of its own. */
  on<T>(database: string, work: (client: Client) => Promise<T>): Promise<T>;
  /** Cuts all connections to a database. */
  cutConnections(database: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes and starts a cluster on a free port, from Debian's packages, which are installed if missing. */
export async function startCluster(): Promise<TestCluster> {
  if (!existsSync(installed)) await installPackage('postgresql');
  const [version] = readdirSync(installed).toSorted((a, b) => Number(b) - Number(a));
  const programs = join(installed, version ?? '', 'bin');
  const home = await mkdtemp(join(tmpdir(), 'firedrill-cluster-'));
  await chmod(home, 0o777);
  const data = join(home, 'data');
  const port = await freePort();
  const asPostgres = (program: string, ...args: string[]) =>
    runAsPostgres(join(programs, program), args);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${home} -c fsync=off -c max_connections=60`;

  await asPostgres(
    'initdb',
    '-D',
    data,
    '-A',
    'trust',
    '-N',
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
  );
  await asPostgres('pg_ctl', 'start', '-w', '-D', data, '-o', settings, '-l', join(home, 'log'));

  async function on<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database });
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  return {
    port,
    on,

    async url(database) {
      await on('postgres', async (client) => {
        const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
          database,
        ]);
        if (rowCount === 0) await client.query(`CREATE DATABASE "${database}"`);
      });
      return `postgres://postgres@127.0.0.1:${port}/${database}`;
    },

    async restart(mode) {
      await asPostgres('pg_ctl', 'restart', '-w', '-D', data, '-m', mode, '-l', join(home, 'log'));
    },

    async cutConnections(database) {
      // Waits until each is gone: before that, whoever is cut off has heard nothing.
      const cut =
        'SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1';
      await on('postgres', (client) => client.query(cut, [database]));
    },

    async remove() {
      await asPostgres('pg_ctl', 'stop', '-D', data, '-m', 'immediate');
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Installs a Debian package that a test needs. */
export async function installPackage(name: string): Promise<void> {
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (cause) {
    throw new Error(
      `Failed to install ${name} for an integration test: apt-get refused. Install Debian's package ` +
        `${name}, or run the test as root.`,
      { cause },
    );
  }
}

/** Runs a program of the server, which refuses to be run by root. */
export async function runAsPostgres(program: string, args: readonly string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const [file, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', program] : [program];
  // Not from a folder that the user postgres may not enter.
  await run(file ?? program, [...rest, ...args], { cwd: '/' });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
