import { existsSync, readFileSync, statSync } from 'node:fs';
import { access, constants, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { lockFiles } from './directory-lock.ts';
import { type DirectoryProblem, DirectoryUnusableError } from './errors.ts';

/**
 * The directory of a store. In it lie the files of PGlite in `data`, `ready` once they are complete,
 * and what locks it. Whatever else is there is left alone.
 */
const names = { data: 'data', ready: 'ready', version: 'PG_VERSION' } as const;

/** The PostgreSQL that PGlite is. Files of another major version cannot be used, nor upgraded. */
export const postgresMajor = '18';

/**
 * Makes the directory if it is not there, and looks whether it may become, or is, that of a store.
 *
 * @param directory as the user gave it
 * @returns its real path
 * @throws RangeError when it is no path.
 * @throws DirectoryUnusableError when it cannot be made or used, or belongs to something else.
 */
export async function findHome(directory: string): Promise<string> {
  checkPath(directory);
  const home = await makeDirectory(directory);
  await checkAccess(home);
  refuseForeign(home);
  return home;
}

/** What a locked directory has. */
export interface Home {
  /** Where the files of PGlite are, or are to be made. */
  readonly dataDirectory: string;
  /** Whether they are complete. Before they are, nothing was ever acknowledged. */
  readonly isReady: boolean;
  /** Notes that they are complete. */
  readonly settle: () => Promise<void>;
}

/**
 * Looks into a directory that is locked, and removes what a process left that was killed while it
 * made the files.
 *
 * @throws DirectoryUnusableError when its files are not all there, or those of another version.
 */
export async function enterHome(home: string): Promise<Home> {
  const dataDirectory = join(home, names.data);
  const ready = join(home, names.ready);
  const isReady = existsSync(ready);
  if (isReady) await checkData(home, dataDirectory);
  else await rm(dataDirectory, { recursive: true, force: true });
  return {
    dataDirectory,
    isReady,
    settle: async () => {
      if (!isReady) await writeFile(ready, '');
    },
  };
}

function checkPath(directory: unknown): asserts directory is string {
  if (typeof directory === 'string' && isPath(directory)) return;
  throw new RangeError(
    `directory must be a path in the file system, got ${describe(directory)}. ${remedyFor(directory)}`,
  );
}

/** `file:`, `memory:` and the like before `//`; one letter is a drive of Windows. */
const scheme = /^([a-z][a-z\d+.-]+):\/\//i;

const isPath = (text: string): boolean =>
  text.trim() !== '' && !text.includes('\0') && !scheme.test(text);

function remedyFor(directory: unknown): string {
  const text = typeof directory === 'string' ? directory : '';
  if (directory instanceof URL || /^file:/i.test(text)) {
    return 'Convert it with fileURLToPath of node:url.';
  }
  if (text.includes('\0')) return 'Leave out the NUL.';
  return 'Leave the option out to keep the data in memory.';
}

const describe = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);

async function makeDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    return await realpath(directory);
  } catch (error) {
    const code = codeOf(error);
    const [cause, remedy = 'Use another directory.'] = unreachable[code] ?? [
      `it cannot be made (${error instanceof Error ? error.message : String(error)})`,
    ];
    const problem = code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'unreachable';
    throw new DirectoryUnusableError(directory, { problem, cause, remedy }, { cause: error });
  }
}

/** What the codes of the file system mean for a directory, and what to do. */
const unreachable: Readonly<Record<string, readonly [cause: string, remedy?: string]>> = {
  EEXIST: ['there is a file and no directory'],
  ENOTDIR: ['a part of the path is a file and no directory'],
  EACCES: ['this user may not make or enter it', 'Grant that, or use another directory.'],
  EPERM: ['this user may not make or enter it', 'Grant that, or use another directory.'],
  EROFS: ['the disk may only be read'],
  ENAMETOOLONG: ['the path, or a name in it, is too long', 'Use a shorter one.'],
  ELOOP: ['its links lead in a circle'],
  ENOSPC: ['the disk is full', 'Make room, or use another directory.'],
  ENOENT: ['a part of the path is a link to nothing, or was removed meanwhile'],
};

/** Needed of a directory: names in it are read, made and removed. */
const allAccess = constants.R_OK | constants.W_OK | constants.X_OK;

async function checkAccess(home: string, path = home): Promise<void> {
  if (await isWritable(path)) return;
  const what = path === home ? 'it' : path;
  refuse(
    home,
    'not-permitted',
    `this user may not read and write ${what}`,
    'Grant that, or use another directory.',
  );
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, allAccess);
  } catch {
    return false;
  }
  // The superuser may do anything, and PostgreSQL still refuses a directory without these.
  const ownerOnly = 0o700;
  return process.platform === 'win32' || (statSync(path).mode & ownerOnly) === ownerOnly;
}

/** Of what is not ours nothing must be removed, and no empty store be made inside of a full one. */
function refuseForeign(home: string): void {
  if (existsSync(join(home, names.ready))) return;
  if (existsSync(join(home, names.version))) {
    refuse(
      home,
      'foreign',
      `it is the data directory of a PostgreSQL or PGlite database (it has ${names.version})`,
      'Use a directory of its own for the event store.',
    );
  }
  // We lock before we make anything: without a lock it was not us.
  if (existsSync(join(home, lockFiles.lock)) || !existsSync(join(home, names.data))) return;
  refuse(
    home,
    'foreign',
    `it has "${names.data}", which is not of an event store`,
    'Use a directory of its own for the event store.',
  );
}

async function checkData(home: string, data: string): Promise<void> {
  const version = readVersion(home, join(data, names.version));
  if (version === undefined) {
    refuse(
      home,
      'incomplete',
      `it held events, and ${names.data}/${names.version} is not there any more`,
      `Restore a copy of the whole directory; to begin anew, remove "${names.ready}" and "${names.data}" from it.`,
    );
  }
  if (version !== postgresMajor) {
    const theirs = /^\d{1,3}$/.test(version) ? `PostgreSQL ${version}` : 'an unknown version';
    refuse(
      home,
      'other-version',
      `its files are of ${theirs}, and this PGlite is PostgreSQL ${postgresMajor}, which cannot read them`,
      'Open it with the version that wrote it, read all events, and append them to a new store.',
    );
  }
  await checkAccess(home, data);
}

function readVersion(home: string, path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    return refuse(
      home,
      'not-permitted',
      `${path} cannot be read (${code})`,
      'Grant that, or use another directory.',
    );
  }
}

function refuse(home: string, problem: DirectoryProblem, cause: string, remedy: string): never {
  throw new DirectoryUnusableError(home, { problem, cause, remedy });
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
