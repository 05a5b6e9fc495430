import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

import { TraceError } from './errors.ts';
import { parseCsv, parseNdjson, shorten, type TraceRow } from './trace-rows.ts';

/** Recorded traffic: arrivals in order of time. */
export interface Trace {
  /** The path that was read. */
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

/**
 * Reads a trace from a `.ndjson` or `.csv` file. Each row has `atMs` (milliseconds since the start,
 * a number) or `at` (ISO 8601 with a time zone; the first row is the start); the first row decides
 * which. Rows are in order of time. All other fields are kept as text.
 *
 * This is real input: read before `simulate`, not inside it. Throws TraceError for a file that is
 * missing, empty or malformed.
 */
export async function readTrace(file: string): Promise<Trace> {
  const rows = await readRows(file);
  const first = rows[0];
  if (first === undefined) {
    throw new TraceError({ file, found: 'it has no rows', remedy: 'Write at least one arrival.' });
  }
  const field = timeField(file, first);
  const originMs = field === 'at' ? timeOf(file, first, field) : 0;
  let previousMs = 0;
  const arrivals = rows.map((row) => {
    const atMs = timeOf(file, row, field) - originMs;
    if (atMs < previousMs) {
      throw new TraceError({
        file,
        line: row.line,
        field,
        found: `got ${shorten(row.values[field])}, which is before the row above it`,
        remedy: 'Sort the rows by time.',
      });
    }
    previousMs = atMs;
    const fields = textFields(file, row, field);
    return { line: row.line, atMs, ...(fields !== undefined && { fields }) };
  });
  return { file, arrivals };
}

async function readRows(file: string): Promise<TraceRow[]> {
  const extension = extname(file).toLowerCase();
  if (extension !== '.ndjson' && extension !== '.csv') {
    throw new TraceError({
      file,
      found: extension === '' ? 'it has no extension' : `its extension is ${shorten(extension)}`,
      remedy: 'Name it .ndjson (a JSON object a line) or .csv (with a header).',
    });
  }
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TraceError({ file, found: reason, remedy: 'Check the path.', cause: error });
  }
  const withoutMark = text.replace(/^\uFEFF/, '');
  return extension === '.csv' ? await parseCsv(file, withoutMark) : parseNdjson(file, withoutMark);
}

type TimeField = 'atMs' | 'at';

function timeField(file: string, { line, values }: TraceRow): TimeField {
  const hasAtMs = values['atMs'] !== undefined;
  const hasAt = values['at'] !== undefined;
  if (hasAtMs !== hasAt) return hasAtMs ? 'atMs' : 'at';
  throw new TraceError({
    file,
    line,
    field: 'atMs',
    found: hasAt ? 'both "atMs" and "at" are there' : 'it is missing, and so is "at"',
    remedy: 'Give each row either "atMs" (milliseconds) or "at" (ISO time with a time zone).',
  });
}

function timeOf(file: string, { line, values }: TraceRow, field: TimeField): number {
  const value = values[field];
  const problem = (found: string, remedy: string): TraceError =>
    new TraceError({ file, line, field, found, remedy });
  if (value === undefined || value === null || value === '') {
    throw problem('it is missing', 'Give every row its time, in the same field as the first row.');
  }
  if (field === 'at') {
    const timeMs = typeof value === 'string' && isoTime.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(timeMs)) {
      throw problem(
        `got ${shorten(value)}, which is no ISO 8601 time with a time zone`,
        'Write it like 2026-11-27T14:00:00.000Z.',
      );
    }
    return timeMs;
  }
  const atMs = typeof value === 'string' ? Number(value) : value;
  if (typeof atMs !== 'number' || !Number.isFinite(atMs)) {
    throw problem(
      `got ${shorten(value)}, which is no number`,
      'Write milliseconds, such as 1250.5.',
    );
  }
  if (atMs < 0) {
    throw problem(
      `got ${shorten(value)}, which is negative`,
      'Count milliseconds from the start of the recording.',
    );
  }
  return atMs;
}

/** The zone is required: without it the same file would mean different times on two machines. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function textFields(
  file: string,
  { line, values }: TraceRow,
  timeName: TimeField,
): Record<string, string> | undefined {
  const fields: [string, string][] = [];
  for (const [field, value] of Object.entries(values)) {
    if (field === timeName || value === null || value === undefined) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      fields.push([field, String(value)]);
      continue;
    }
    throw new TraceError({
      file,
      line,
      field,
      found: `got ${shorten(value)}, which is neither text nor a number`,
      remedy: 'Flatten it into fields of their own, or leave it out.',
    });
  }
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
