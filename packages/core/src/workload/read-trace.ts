import { readRecording } from './trace/recording.ts';

/** Recorded traffic: arrivals in order of time. */
export interface Trace {
  /** Where it was read from. */
  readonly file: string;
  readonly arrivals: readonly {
    /** Where it stands in the file, from 1. */
    readonly line: number;
    /** Milliseconds since the start of the recording. */
    readonly atMs: number;
    /** The other fields of the row, as text. */
    readonly fields?: Readonly<Record<string, string>>;
  }[];
}

export interface ReadTraceOptions {
  /** The text in pieces. Default: that of the file, see `traceText`, which only Node can open. */
  readonly text?: AsyncIterable<string>;
  /** Ends the reading of the file at once, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the arrivals of recorded traffic: tables, JSON Lines, and the logs and spans of known tools, see
 * `readRecording`. Durations are left aside. Of a table of somebody's own, the other fields are kept as
 * text; those of a tool mean nothing to a scenario.
 *
 * This is real input: read before `simulate`, not inside it.
 *
 * @throws TraceError for a file that is missing, empty or cannot be understood
 */
export async function readTrace(file: string, given: ReadTraceOptions = {}): Promise<Trace> {
  const { signal } = given;
  const text = given.text ?? (await import('#trace-text')).traceText(file, signal);
  const options = { needsDurations: false, keepsFields: true };
  const { line, atMs, fields = [] } = await readRecording(file, text, options);
  const arrivals = Array.from(atMs, (at, index) => {
    const kept = fields[index];
    return { line: line[index] ?? 0, atMs: at, ...(kept !== undefined && { fields: kept }) };
  });
  return { file, arrivals };
}
