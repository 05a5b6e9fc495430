import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';

/** Changes with PGlite's version: a dump of another one must not be loaded. */
export const templateName = 'pglite-0.5.16.tar';

/**
 * The dump of an empty database from which new ones start, in a second instead of several. The first
 * call makes it, in the user's cache directory. `undefined` where that cannot be written.
 */
export async function templateFile(): Promise<string | undefined> {
  try {
    // Without a home directory, as some containers are, this throws.
    const directory = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'firedrill');
    const file = join(directory, templateName);
    if (existsSync(file)) return file;
    await mkdir(directory, { recursive: true });
    // Two processes may make it at once: each renames a complete file into place.
    const draft = `${file}.${process.pid}-${Date.now()}`;
    await writeFile(draft, await dumpOfEmptyDatabase());
    await rename(draft, file);
    return file;
  } catch {
    return undefined;
  }
}

async function dumpOfEmptyDatabase(): Promise<Uint8Array> {
  const worker = new Worker(new URL('./template-worker.ts', import.meta.url));
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}
