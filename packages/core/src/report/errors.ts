interface RecordUnreadableOptions {
  readonly line: number;
  readonly reason: string;
  readonly cause?: unknown;
}

/** A line of a run record that is not JSON, or not a record of this version. */
export class RecordUnreadableError extends Error {
  readonly code = 'RECORD_UNREADABLE';
  /** Line in the file, from 1. */
  readonly line: number;
  /** What is wrong with it, e.g. `is not JSON`. */
  readonly reason: string;

  constructor({ line, reason, cause }: RecordUnreadableOptions) {
    super(
      `Failed to read the run record: line ${line} ${reason}. ` +
        'Write the file again with --json, or remove the line.',
      { cause },
    );
    this.name = 'RecordUnreadableError';
    this.line = line;
    this.reason = reason;
  }
}

/** Records that do not begin with `run.started`: there is no run to report on. */
export class RunIncompleteError extends Error {
  readonly code = 'RUN_INCOMPLETE';

  constructor() {
    super(
      'Failed to report the run: the records hold no run.started. Pass the whole record of one run.',
    );
    this.name = 'RunIncompleteError';
  }
}
