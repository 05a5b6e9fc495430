import { TraceError } from './errors.ts';

/** One row of a trace file, before its time is understood. */
export interface TraceRow {
  /** Counts from 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The rows of newline-delimited JSON: one object a line, blank lines skipped. */
export function parseNdjson(file: string, text: string): TraceRow[] {
  return text.split(/\r?\n/).flatMap((source, index) => {
    if (source.trim() === '') return [];
    const line = index + 1;
    const value = parseJson(file, line, source);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new TraceError({
        file,
        line,
        found: `got ${shorten(source)}, which is no JSON object`,
        remedy: 'Write one object a line, such as {"atMs":0}.',
      });
    }
    return [{ line, values: { ...value } }];
  });
}

/** The rows of comma-separated values (RFC 4180) with a header line. */
export async function parseCsv(file: string, text: string): Promise<TraceRow[]> {
  // Loaded here, so that only those who play a CSV file pay for the parser.
  const { CsvError, parse } = await import('csv-parse/sync');
  try {
    const records: CsvRecord[] = parse(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records.map(({ info, record }) => ({ line: info.lines, values: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TraceError({
      file,
      line: typeof error['lines'] === 'number' ? error['lines'] : undefined,
      found: error.message,
      remedy: 'Write as many values in each row as there are columns in the header.',
      cause: error,
    });
  }
}

interface CsvRecord {
  readonly info: { readonly lines: number };
  readonly record: Readonly<Record<string, string>>;
}

function parseJson(file: string, line: number, source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new TraceError({
      file,
      line,
      found: `got ${shorten(source)}, which is broken JSON`,
      remedy: 'Write one object a line, such as {"atMs":0}.',
      cause: error,
    });
  }
}

/** A value as it goes into a message: quoted by JSON, and cut after 60 characters. */
export function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
