import { closeSync, openSync, readSync } from 'node:fs';
import { callerPath } from './caller-path.ts';

const chunkBytes = 65_536;

/**
 * The text of a file that is named on the command line, as UTF-8. What has no size, like a pipe or a device, is read
 * as well, but no further than the most that is asked for: one that never ends takes no memory.
 *
 * @param file as it was typed, see {@link callerPath}
 * @param mostBytes larger ones are refused, in bytes
 * @throws Error with a cause to tell: there is none, it cannot be read, it is too large
 */
export function readGivenFile(file: string, mostBytes: number): string {
  const descriptor = openSync(callerPath(file), 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; length <= mostBytes;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, read));
      length += read;
    }
    throw new Error(`it has more than ${mostBytes.toLocaleString('en')} bytes`);
  } finally {
    closeSync(descriptor);
  }
}
