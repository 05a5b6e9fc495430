/** A recorded trace that cannot be played; the message says where, what was found, and what to do. */
export class TraceError extends Error {
  readonly code = 'TRACE_INVALID';
  readonly file: string;
  /** Counts from 1; undefined when the whole file is at fault. */
  readonly line: number | undefined;
  readonly field: string | undefined;

  constructor(details: {
    readonly file: string;
    readonly line?: number | undefined;
    readonly field?: string | undefined;
    /** What was found. */
    readonly found: string;
    readonly remedy: string;
    readonly cause?: unknown;
  }) {
    const { file, line, field, found, remedy, cause } = details;
    const place = [
      file,
      ...(line === undefined ? [] : [`line ${line}`]),
      ...(field === undefined ? [] : [`field "${field}"`]),
    ].join(', ');
    super(
      `Failed to read the trace ${place}: ${found}. ${remedy}`,
      cause === undefined ? {} : { cause },
    );
    this.name = 'TraceError';
    this.file = file;
    this.line = line;
    this.field = field;
  }
}
