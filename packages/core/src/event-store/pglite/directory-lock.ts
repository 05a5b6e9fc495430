import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DirectoryLockedError } from './errors.ts';

/** The right to use a directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Bytes of a socket's path at most: 104 on macOS with its end, 108 on Linux. */
const longestPath = 100;
const attempts = 20;

/**
 * Locks a directory that exists, for as long as this process lives: a socket in it, on which only a
 * living process answers. What a killed process left is taken over.
 *
 * @throws DirectoryLockedError when a living process has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const place = await socketPlace(directory);
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const server = await listen(place.path);
      if (server !== undefined) {
        return {
          release: async () => {
            // Closing removes the socket from the directory.
            await new Promise<void>((resolve) => {
              server.close(() => {
                resolve();
              });
            });
            await place.leave();
          },
        };
      }
      const holder = await ask(place.path);
      if (holder.isAlive) throw new DirectoryLockedError(directory, holder.pid);
      await takeAway(place.path);
    }
    throw new DirectoryLockedError(directory, undefined);
  } catch (error) {
    await place.leave();
    throw error;
  }
}

/** A path for the socket that is short enough: through a link of our own where it is too long. */
async function socketPlace(
  directory: string,
): Promise<{ readonly path: string; readonly leave: () => Promise<void> }> {
  if (process.platform === 'win32') {
    const name = createHash('sha256').update(directory).digest('hex').slice(0, 32);
    return { path: `\\\\.\\pipe\\firedrill-${name}`, leave: () => Promise.resolve() };
  }
  const path = join(directory, 'lock.sock');
  if (Buffer.byteLength(path) <= longestPath) return { path, leave: () => Promise.resolve() };
  const links = await mkdtemp(join(tmpdir(), 'firedrill-'));
  await symlink(directory, join(links, 'd'));
  return {
    path: join(links, 'd', 'lock.sock'),
    leave: () => rm(links, { recursive: true, force: true }),
  };
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(String(process.pid));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function ask(path: string): Promise<{ readonly isAlive: boolean; readonly pid?: number }> {
  return new Promise((resolve) => {
    let text = '';
    let isAlive = false;
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      isAlive = true;
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      resolve({ isAlive, ...(/^\d+$/.test(text) ? { pid: Number(text) } : {}) });
    });
  });
}

/** Removes a socket on which nobody answers, unless a faster process has put its own there. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const holder = await ask(aside);
  if (holder.isAlive) await rename(aside, path);
  else await rm(aside, { force: true });
}
