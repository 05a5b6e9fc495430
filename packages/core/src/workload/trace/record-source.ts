import { TraceError } from '../errors.ts';
import { type AccessLog, accessLogOf } from './access-log.ts';
import type { ColumnOptions, TraceColumns } from './columns.ts';
import { JsonReader, unwrapped } from './json-documents.ts';
import { type TableParser, TableReader } from './table.ts';
import { isObject, JsonRecord, shorten, type TraceRecord } from './trace-record.ts';

/** Makes records of the lines of a file, in the format that its first line shows. */
export interface RecordSource {
  /** Known by now, where the format decides them. */
  readonly columns?: TraceColumns;
  /** Of a table. */
  readonly delimiter?: () => string;
  read(text: string, line: number, onRecord: (record: TraceRecord) => void): void;
  end(onRecord: (record: TraceRecord) => void): void;
}

/**
 * The format of a file, by its first line that is neither blank nor a comment: JSON, an access log, or
 * a table.
 */
export function recordSource(
  file: string,
  text: string,
  line: number,
  options: ColumnOptions & { readonly parse: TableParser },
): RecordSource {
  if (/^\s*[{[]/.test(text)) return jsonSource(file);
  const log = accessLogOf(file, text, line, options);
  if (log !== undefined) return logSource(file, log);
  if (pairs.test(text)) return logfmtSource(file);
  const table = new TableReader(file, options.parse);
  return {
    delimiter: () => table.delimiter,
    read: (row, at, onRecord) => table.read(row, at, onRecord),
    end: (onRecord) => table.end(onRecord),
  };
}

function jsonSource(file: string): RecordSource {
  const reader = new JsonReader(file);
  return {
    read(text, at, onRecord) {
      for (const { line, value } of reader.read(text, at)) {
        for (const object of unwrapped(value)) {
          if (isObject(object)) onRecord(new JsonRecord(line, object));
        }
      }
    },
    end: () => reader.end(),
  };
}

/** Two pairs of name=value or more, and nothing else: logfmt. */
const pairs = /^\s*(?:[\w.@-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=,;]*)(?:\s+|$)){2,}$/;
const pair = /([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;

function logfmtSource(file: string): RecordSource {
  return {
    read(text, line, onRecord) {
      if (text.trim() === '') return;
      if (!pairs.test(text)) throw strange(file, text, line);
      const values = Array.from(text.matchAll(pair), ([, name = '', quoted, plain]) => [
        name,
        quoted ?? plain,
      ]);
      onRecord(new JsonRecord(line, Object.fromEntries(values)));
    },
    end() {},
  };
}

function logSource(file: string, { columns, read }: AccessLog): RecordSource {
  return {
    columns,
    read(text, line, onRecord) {
      if (text.trim() === '' || text.startsWith('#')) return;
      const record = read(text, line);
      if (record !== undefined) {
        onRecord(record);
        return;
      }
      throw strange(file, text, line);
    },
    end() {},
  };
}

function strange(file: string, text: string, line: number): TraceError {
  return new TraceError({
    file,
    line,
    found: `got ${shorten(text)}, which is no line of the format of the lines above it`,
    remedy: 'Remove the line, or cut it out into a file of its own.',
  });
}
