import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { type BoundName, bindName } from './bound-name.ts';
import { DirectoryLockedError, DirectoryUnusableError } from './errors.ts';
import { type FileLock, FileLockError, tryLockFile } from './file-lock.ts';

/** The right to use a directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** Names of the files of a lock, in its directory. */
export const lockFiles = { lock: 'lock.db', holder: 'lock.pid' } as const;

/**
 * Those who try at the same instant may turn each other away, and a process that was killed may not be
 * gone yet: each tries so often, and waits so long in between. A holder is refused after a fifth of a
 * second.
 */
const attempts = 12;
const pauseMs = { least: 5, most: 25 } as const;

/**
 * Locks a directory that exists, for as long as this process lives. The kernel keeps the lock and
 * drops it with the process, so that nothing that was left behind has to be judged, taken away or
 * repaired: there is no moment in which two can hold it. See docs/decisions/0036-the-kernel-keeps-the-lock.md.
 *
 * @param directory its real path
 * @throws DirectoryLockedError when a living process has it.
 * @throws DirectoryUnusableError when it cannot be locked.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  for (let attempt = 1; ; attempt += 1) {
    const lock = await tryLock(directory);
    if (lock !== undefined) return lock;
    if (attempt === attempts) throw new DirectoryLockedError(directory, holderOf(directory));
    const { least, most } = pauseMs;
    await wait(least + Math.random() * (most - least));
  }
}

async function tryLock(directory: string): Promise<DirectoryLock | undefined> {
  const file = await lockFileOf(directory);
  if (file === undefined) return undefined;
  let name: BoundName | undefined;
  try {
    name = await bindName(directory);
  } catch (error) {
    file.release();
    throw error;
  }
  if (name === undefined) {
    file.release();
    return undefined;
  }
  return held(directory, file, name);
}

async function lockFileOf(directory: string): Promise<FileLock | undefined> {
  try {
    return await tryLockFile(join(directory, lockFiles.lock));
  } catch (error) {
    if (!(error instanceof FileLockError)) throw error;
    throw new DirectoryUnusableError(
      directory,
      {
        problem: 'not-lockable',
        cause: `${lockFiles.lock} in it cannot be locked, as ${error.message}`,
        remedy: 'Use a directory on a disk of this machine, in which files may be written.',
      },
      { cause: error },
    );
  }
}

function held(directory: string, file: FileLock, name: BoundName): DirectoryLock {
  const holder = join(directory, lockFiles.holder);
  try {
    writeFileSync(holder, `${process.pid} ${hostname()}`);
  } catch {
    // It is there for people: a disk that is full will be reported by whoever needs it.
  }
  return {
    async release() {
      rmSync(holder, { force: true });
      await name.release();
      file.release();
    },
  };
}

/** The living process of this machine that says that it has the directory; nothing depends on it. */
function holderOf(directory: string): number | undefined {
  try {
    const text = readFileSync(join(directory, lockFiles.holder), 'utf8');
    const [, pid, host] = /^([1-9]\d*) (.*)$/.exec(text) ?? [];
    return host === hostname() && isAlive(Number(pid)) ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // There, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
