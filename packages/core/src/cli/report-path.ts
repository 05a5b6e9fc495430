import { accessSync, constants, lstatSync, type Stats, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { callerPath, isSystemError, UsageError } from '../command-line/index.ts';

/** What a report can be, by the ending of its file. */
export const reportKinds = ['html', 'svg', 'md', 'csv', 'ndjson'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** Where a report goes, and what it is. */
export interface ReportPlace<Kind extends ReportKind = ReportKind> {
  /** Absolute. */
  readonly path: string;
  readonly kind: Kind;
}

/**
 * The place that an option names, `--report` if no other, after a look at whether it can be written: finding out when the run is
 * over would cost the run.
 *
 * @param kinds endings that this program can write
 * @throws UsageError for another ending, a directory that is missing or not writable, and a path at
 *   which something stands that is no file: a directory, a device, a symbolic link
 */
export function resolveReportPath<Kind extends ReportKind>(
  file: string,
  kinds: readonly Kind[],
  option = 'report',
): ReportPlace<Kind> {
  const path = callerPath(file);
  const directory = dirname(path);
  const refuse = (cause: string, remedy: string): UsageError =>
    new UsageError({ given: `--${option}=${file}`, cause, remedy });
  const found = look(path, refuse);
  if (found?.isDirectory()) {
    throw refuse('that is a directory', `Name a file in it, e.g. run.${kinds[0]}.`);
  }
  const ending = extname(path).slice(1);
  const kind = kinds.find((one) => one === ending);
  if (kind === undefined) {
    const cause = ending === '' ? 'it has no ending' : `.${ending} is no kind of report`;
    throw refuse(cause, `End it with ${kinds.map((one) => `.${one}`).join(', ')}.`);
  }
  if (found !== undefined && !found.isFile()) throw refuse(...noFile(found));
  if (!look(directory, refuse, 'follow')?.isDirectory()) {
    throw refuse(`there is no directory ${directory}`, 'Create it first, or choose another one.');
  }
  try {
    accessSync(directory, constants.W_OK);
    if (found !== undefined) accessSync(path, constants.W_OK);
  } catch {
    const what = found === undefined ? directory : path;
    throw refuse(`${what} is not writable`, 'Choose another place.');
  }
  return { path, kind };
}

type Refuse = (cause: string, remedy: string) => UsageError;

/** What stands at a path, nothing included; a link is a link, unless it is to be followed. */
function look(path: string, refuse: Refuse, how?: 'follow'): Stats | undefined {
  try {
    const read = how === 'follow' ? statSync : lstatSync;
    return read(path, { throwIfNoEntry: false });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Part of the path is a file, a name is too long, or a directory on the way may not be read.
    throw refuse(
      error.code === 'ENAMETOOLONG' ? 'its name is too long' : 'there is no way to that place',
      'Choose another place.',
    );
  }
}

/** Why what stands there is not replaced: cause and remedy. */
export function noFile(found: Stats): readonly [cause: string, remedy: string] {
  const what = found.isSymbolicLink()
    ? 'a symbolic link'
    : found.isDirectory()
      ? 'a directory'
      : found.isFIFO()
        ? 'a pipe'
        : found.isSocket()
          ? 'a socket'
          : 'a device';
  return [`that is ${what}, which a report never replaces`, 'Name a file.'];
}
