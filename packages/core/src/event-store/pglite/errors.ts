import process from 'node:process';
import { EventStoreError } from '../errors.ts';
import type { WorkerFailure } from './messages.ts';

/** Somebody has the directory open: another process, or this one. */
export class DirectoryLockedError extends EventStoreError {
  readonly code = 'DIRECTORY_LOCKED';
  readonly directory: string;
  /** Process that holds it, as far as it says so. */
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    const [holder, remedy] =
      pid === process.pid
        ? ['this process has it open already', 'Use the store that is open, or close it first']
        : [
            pid === undefined ? 'another process has it open' : `process ${pid} has it open`,
            'Stop that one, use another directory, or use a PostgreSQL server',
          ];
    super(
      `Failed to open the event store in ${directory}: ${holder}, and an embedded database belongs ` +
        `to one process, which opens it once. ${remedy}. Nothing was changed.`,
    );
    this.directory = directory;
    this.pid = pid;
  }
}

/** Why a directory cannot be used. */
export type DirectoryProblem =
  | 'unreachable'
  | 'not-permitted'
  | 'foreign'
  | 'incomplete'
  | 'other-version'
  | 'not-lockable'
  | 'does-not-start';

/** The directory, or what lies in it, cannot be used as it is. */
export class DirectoryUnusableError extends EventStoreError {
  readonly code = 'DIRECTORY_UNUSABLE';
  readonly directory: string;
  readonly problem: DirectoryProblem;

  /**
   * @param cause follows a colon
   * @param remedy a sentence
   */
  constructor(
    directory: string,
    {
      problem,
      cause,
      remedy,
    }: { readonly problem: DirectoryProblem; readonly cause: string; readonly remedy: string },
    options?: ErrorOptions,
  ) {
    super(`Failed to open the event store in ${directory}: ${cause}. ${remedy}`, options);
    this.directory = directory;
    this.problem = problem;
  }
}

/** What the embedded database refused, with the SQLSTATE in `code`. */
export class PgliteError extends Error {
  override readonly name = 'PgliteError';
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;

  constructor({ message, code, detail, constraint }: WorkerFailure) {
    super(message);
    this.code = code;
    this.detail = detail;
    this.constraint = constraint;
  }
}
