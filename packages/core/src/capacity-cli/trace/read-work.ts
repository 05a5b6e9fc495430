import { statSync } from 'node:fs';
import { extname } from 'node:path';
import type { RecordedWork } from '../../capacity/index.ts';
import { TraceError } from '../../workload/index.ts';
import { GrowingColumn } from './growing-column.ts';
import { lineBlocks } from './lines.ts';
import { csvReader, type FieldNames, ndjsonReader, type ReadRow } from './row-source.ts';

/**
 * Reads arrival times and durations from a `.ndjson` or `.csv` file of any length, in constant
 * memory but for the two columns: 16 bytes a row.
 *
 * The time is a number (milliseconds) or text in ISO 8601 with a time zone; the first row is time 0.
 * Rows must be in order of time. The duration is a number of milliseconds.
 *
 * @throws TraceError for a file that is missing, empty, unsorted or malformed
 */
export async function readWork(file: string, fields: FieldNames = {}): Promise<RecordedWork> {
  checkFile(file);
  const at = new GrowingColumn();
  const service = new GrowingColumn();
  let originMs: number | undefined;
  const readRow = readerOf(file, fields);
  for await (const { from, lines } of lineBlocks(file)) {
    for (const [index, raw] of lines.entries()) {
      const line = from + index;
      const text = (line === 1 ? raw.replace(/^\uFEFF/, '') : raw).trim();
      const row = text === '' ? undefined : readRow(text, line);
      if (row === undefined) continue;
      const timeMs = timeOf(file, line, row.time);
      originMs ??= timeMs;
      const atMs = timeMs - originMs;
      if (atMs < (at.last ?? 0)) throw unsorted(file, line, row.time);
      at.push(atMs);
      service.push(durationOf(file, line, row.duration));
    }
  }
  if (originMs === undefined) {
    throw new TraceError({ file, found: 'it has no rows', remedy: 'Write at least two arrivals.' });
  }
  return { atMs: at.toArray(), serviceMs: service.toArray() };
}

function readerOf(file: string, fields: FieldNames): ReadRow {
  const extension = extname(file).toLowerCase();
  if (extension === '.csv') return csvReader(file, fields);
  if (extension === '.ndjson') return ndjsonReader(file, fields);
  throw new TraceError({
    file,
    found: extension === '' ? 'it has no extension' : `its extension is ${extension}`,
    remedy: 'Name it .ndjson (a JSON object a line) or .csv (with a header).',
  });
}

function checkFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return;
  throw new TraceError({
    file,
    found: stats === undefined ? 'there is no such file' : 'that is no file',
    remedy: 'Check the path.',
  });
}

/** The zone is required: without it the same file would mean different times on two machines. */
const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

function timeOf(file: string, line: number, time: unknown): number {
  const value = numberOf(time);
  if (value !== undefined) return value;
  const parsed = typeof time === 'string' && isoTime.test(time) ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw new TraceError({
    file,
    line,
    field: 'time',
    found: `got ${shown(time)}, which is no time`,
    remedy: 'Write milliseconds, such as 1250.5, or ISO 8601 with a zone, 2026-11-27T14:00:00Z.',
  });
}

function durationOf(file: string, line: number, duration: unknown): number {
  const value = numberOf(duration);
  if (value !== undefined && value >= 0) return value;
  throw new TraceError({
    file,
    line,
    field: 'duration',
    found: `got ${shown(duration)}, which is no duration`,
    remedy: 'Write milliseconds of at least 0, such as 12.5.',
  });
}

function numberOf(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && value !== ''
      ? Number(value)
      : typeof value === 'number'
        ? value
        : NaN;
  return Number.isFinite(number) ? number : undefined;
}

function unsorted(file: string, line: number, time: unknown): TraceError {
  return new TraceError({
    file,
    line,
    field: 'time',
    found: `got ${shown(time)}, which is before the row above it`,
    remedy: 'Sort the rows by time.',
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}
