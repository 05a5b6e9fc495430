import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import process from 'node:process';

/** A name that this process alone has, until it releases it or ends. */
export interface BoundName {
  release(): Promise<void>;
}

const unbound: BoundName = { release: () => Promise.resolve() };

/**
 * Binds a name in the kernel that stands for a directory; undefined while another process has it. On
 * Linux a socket without a file; elsewhere there is none, and nothing is bound.
 *
 * It stands behind the lock on the file, for what POSIX makes of such locks: a process that opens and
 * closes the file, to copy it perhaps, loses its lock, and whoever removes the file frees the way.
 * Alone it would not do either: containers may share a directory and not their names.
 */
export async function bindName(directory: string): Promise<BoundName | undefined> {
  if (process.platform !== 'linux') return unbound;
  const { dev, ino } = await stat(directory, { bigint: true });
  // The path as well: the numbers of a directory that was removed go to another one.
  const hash = createHash('sha256').update(`${dev}:${ino}:${directory}`).digest('hex');
  return listen(`\0firedrill-${hash.slice(0, 32)}`);
}

function listen(path: string): Promise<BoundName | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A sandbox that allows no sockets takes the second line away, not the first.
      resolve(error.code === 'EADDRINUSE' ? undefined : unbound);
    });
    // Not exclusive, it would be the primary's that listens for all workers of a cluster.
    server.listen({ path, exclusive: true }, () => {
      server.unref();
      resolve({
        release: () =>
          new Promise((released) => {
            server.close(() => released());
          }),
      });
    });
  });
}
