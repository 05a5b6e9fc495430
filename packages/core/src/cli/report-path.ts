import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { callerPath } from './caller-path.ts';
import { UsageError } from './errors.ts';

/**
 * The absolute path of `--report`, after a look at whether it can be written: finding out when the
 * run is over would cost the run.
 *
 * @throws UsageError when the directory is missing or not writable, or the path is a directory
 */
export function resolveReportPath(file: string): string {
  const path = callerPath(file);
  const directory = dirname(path);
  const refuse = (cause: string, remedy: string): UsageError =>
    new UsageError({ given: `--report=${file}`, cause, remedy });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw refuse('that is a directory', 'Name a file in it, e.g. run.html.');
  }
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw refuse(`there is no directory ${directory}`, 'Create it first, or choose another one.');
  }
  try {
    accessSync(directory, constants.W_OK);
  } catch {
    throw refuse(`${directory} is not writable`, 'Choose another directory.');
  }
  return path;
}
