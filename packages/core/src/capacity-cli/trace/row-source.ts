import { TraceError } from '../../workload/index.ts';

/** The two figures of a row, as they stand in the file. */
export interface RawRow {
  readonly time: unknown;
  readonly duration: unknown;
}

/** Understands one line after the other; undefined for one that is no row, such as a header. */
export type ReadRow = (text: string, line: number) => RawRow | undefined;

/** Which fields hold the time and the duration; undefined to find them by their usual names. */
export interface FieldNames {
  readonly time?: string;
  readonly duration?: string;
}

/** Names under which the figures are looked for, the first that is there. */
export const usualFields = {
  time: ['atMs', 'at', 'timestamp', 'time'],
  duration: ['durationMs', 'duration_ms', 'serviceMs', 'duration'],
} as const;

/** Newline-delimited JSON, one object a line. */
export function ndjsonReader(file: string, fields: FieldNames): ReadRow {
  let names: Required<FieldNames> | undefined;
  return (text, line) => {
    const row = parseObject(file, line, text);
    names ??= resolveFields(file, line, Object.keys(row), fields);
    return { time: row[names.time], duration: row[names.duration] };
  };
}

function parseObject(file: string, line: number, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(file, line, text, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable(file, line, text);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object of JSON has string keys
  return value as Readonly<Record<string, unknown>>;
}

function unreadable(file: string, line: number, text: string, cause?: unknown): TraceError {
  return new TraceError({
    file,
    line,
    found: `got ${text.length > 60 ? `${text.slice(0, 57)}...` : text}, which is no JSON object`,
    remedy: 'Write one object a line, such as {"atMs":0,"durationMs":12.5}.',
    cause,
  });
}

/** Comma-separated values (RFC 4180) with a header; values without line breaks. */
export function csvReader(file: string, fields: FieldNames): ReadRow {
  let columns: Columns | undefined;
  return (text, line) => {
    const cells = cellsOf(text);
    if (columns === undefined) {
      columns = columnsOf(cells, resolveFields(file, line, cells, fields));
      return undefined;
    }
    if (cells.length === columns.count) {
      return { time: cells[columns.time], duration: cells[columns.duration] };
    }
    throw new TraceError({
      file,
      line,
      found: `it has ${cells.length} values, and the header ${columns.count}`,
      remedy: 'Write as many values in each row as there are columns; no line breaks in values.',
    });
  };
}

interface Columns {
  readonly time: number;
  readonly duration: number;
  readonly count: number;
}

function columnsOf(header: readonly string[], names: Required<FieldNames>): Columns {
  return {
    time: header.indexOf(names.time),
    duration: header.indexOf(names.duration),
    count: header.length,
  };
}

/** The values of a line. Quoted ones may hold commas and doubled quotes, but no line breaks. */
export function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return Array.from(
    `,${line}`.matchAll(/,\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*/g),
    ([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  );
}

function resolveFields(
  file: string,
  line: number,
  present: readonly string[],
  wanted: FieldNames,
): Required<FieldNames> {
  const find = (kind: 'time' | 'duration'): string => {
    const given = wanted[kind];
    const candidates: readonly string[] = given === undefined ? usualFields[kind] : [given];
    const name = candidates.find((candidate) => present.includes(candidate));
    if (name !== undefined) return name;
    throw new TraceError({
      file,
      line,
      field: given ?? usualFields[kind][0],
      found: `it is missing; there are ${present.slice(0, 12).join(', ') || 'none'}`,
      remedy: `Name the column of the ${kind} with --${kind}-field, or call it ${usualFields[kind].join(', ')}.`,
    });
  };
  return { time: find('time'), duration: find('duration') };
}
