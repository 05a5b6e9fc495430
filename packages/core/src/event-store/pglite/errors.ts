import { EventStoreError } from '../errors.ts';
import type { WorkerFailure } from './messages.ts';

/** Another process has the directory open. */
export class DirectoryLockedError extends EventStoreError {
  readonly code = 'DIRECTORY_LOCKED';
  readonly directory: string;
  /** Process that holds it, as far as it says so. */
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    super(
      `Failed to open the event store in ${directory}: ` +
        `${pid === undefined ? 'another process' : `process ${pid}`} has it open, and an embedded ` +
        'database belongs to one process. Stop that one, use another directory, or use a PostgreSQL ' +
        'server. Nothing was changed.',
    );
    this.directory = directory;
    this.pid = pid;
  }
}

/** The store was used without `tx` inside one of its own transactions, and would wait for itself. */
export class TransactionRequiredError extends EventStoreError {
  readonly code = 'TRANSACTION_REQUIRED';

  constructor() {
    super(
      'Failed to use the embedded event store inside its own transaction without `tx`: it has one ' +
        'connection, and would wait for itself for ever. Hand `tx` on.',
    );
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
