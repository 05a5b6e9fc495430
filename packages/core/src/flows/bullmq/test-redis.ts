import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis } from './connect-redis.ts';

/** A Redis of the test's own. */
export interface OwnRedis {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts `redis-server` on a free port in a folder of its own; both are gone after `stop`. */
export async function startRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-redis-'));
  const server = spawn(
    'redis-server',
    [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  const ready = new Promise<void>((resolve) => {
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  await Promise.race([ready, failed]);
  const url = `redis://127.0.0.1:${port}`;
  (await connectRedis(url)).disconnect();
  return {
    url,
    async stop() {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('There is no free port.');
  probe.close();
  await once(probe, 'close');
  return address.port;
}
