import { EventStoreError } from '../errors.ts';

/** What the database says about an error, by the names that pg and PGlite share. */
export interface SqlErrorDetails {
  readonly detail?: string;
  readonly hint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** What the parent's database raised, as it crossed the channel. */
export class RemoteSqlError extends Error {
  /** SQLSTATE where the database raised it (PostgreSQL documentation, appendix A). */
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(message: string, code: string | undefined, details: SqlErrorDetails) {
    super(message);
    this.name = 'RemoteSqlError';
    this.code = code;
    this.detail = details.detail;
    this.hint = details.hint;
    this.table = details.table;
    this.column = details.column;
    this.constraint = details.constraint;
  }
}

/** There is no parent to ask, or none any more. */
export class ParentGoneError extends EventStoreError {
  readonly code = 'PARENT_GONE';

  constructor(reason: string) {
    super(
      `Failed to reach the database of the parent process: ${reason}. Start this process with fork() ` +
        "and serialization: 'advanced', and have the parent serve it.",
    );
  }
}
