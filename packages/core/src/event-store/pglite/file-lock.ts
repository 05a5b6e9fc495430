import type { DatabaseSync } from 'node:sqlite';

/** A lock that the kernel keeps for this process, and drops when it ends, however it ends. */
export interface FileLock {
  release(): void;
}

/** Results of SQLite that tell apart what can be remedied (sqlite.org/rescode.html). */
const codes = { busy: 5, notADatabase: 26 } as const;
/** Extended results carry the plain one in their lowest byte. */
const plainCode = 0xff;

/** A connection that is collected as garbage gives its lock back: these are kept. */
const held = new Set<DatabaseSync>();

/**
 * Locks a file, which is made when it is not there and stays when it is unlocked; undefined while
 * somebody else has it.
 *
 * Node has no call for a lock on a file. SQLite, which comes with it, has one for every system
 * (`fcntl` on POSIX, `LockFileEx` on Windows): an exclusive transaction on an empty database.
 *
 * @throws FileLockError when the file cannot be locked, whoever has it.
 */
export async function tryLockFile(path: string): Promise<FileLock | undefined> {
  const { DatabaseSync: Database } = await loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    // Nothing is ever written, so that there is nothing to roll back, and no file for it.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = codeOf(error);
    if (code === codes.busy) return undefined;
    const cause = code === codes.notADatabase ? 'it is a file of something else' : messageOf(error);
    throw new FileLockError(cause, { cause: error });
  }
  const locked = database;
  held.add(locked);
  return {
    release() {
      if (held.delete(locked)) locked.close();
    },
  };
}

/** A file cannot be locked here: the message is a cause, for a sentence of whoever wanted it. */
export class FileLockError extends Error {
  override readonly name = 'FileLockError';
}

async function loadSqlite() {
  try {
    return await import('node:sqlite');
  } catch (error) {
    throw new FileLockError(
      `Node ${process.versions.node} has no SQLite; use Node 22.13 or later`,
      {
        cause: error,
      },
    );
  }
}

function codeOf(error: unknown): number | undefined {
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & plainCode : undefined;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
