import type { parse } from 'csv-parse/browser/esm/sync';
import { TraceError } from '../errors.ts';
import { shorten, type TableHeader, TableRecord } from './trace-record.ts';

const delimiters = [',', ';', '\t', '|'] as const;

/** A value that opens a quote and never closes it would otherwise swallow the rest of the file. */
const longestRecord = 1 << 20;

const atOnce = 1_000;

interface SourceRecord {
  readonly line: number;
  readonly text: string;
}

/** What csv-parse gives, loaded only for those who read a table with quotes. */
export type TableParser = typeof parse;

/**
 * Rows of separated values (RFC 4180) under a header. Commas, semicolons, tabs and bars are told apart
 * by the header; a line `sep=;`, as Excel writes it, decides. Lines that start with # are comments.
 *
 * It takes lines as they come and hands out records, so that a file of any length passes through.
 */
export class TableReader {
  readonly #file: string;
  readonly #parse: TableParser;
  #delimiter: string | undefined;
  #header: TableHeader | undefined;
  /** Whether it is in the extended log format, which has no quotes. */
  #isExtended = false;
  /** Lines of a record whose quotes are still open. */
  #open: SourceRecord | undefined;
  /** Complete records with quotes, to be parsed together. */
  #quoted: SourceRecord[] = [];

  constructor(file: string, parse: TableParser) {
    this.#file = file;
    this.#parse = parse;
  }

  get delimiter(): string {
    return this.#delimiter ?? ',';
  }

  /** Takes a line, and hands out the records that are complete. */
  read(text: string, line: number, onRecord: (record: TableRecord) => void): void {
    if (this.#open === undefined) {
      if (text.trim() === '') return;
      if (text.startsWith('#')) {
        this.#readDirective(text);
        return;
      }
      if (this.#header === undefined && this.#readSeparator(text)) return;
    }
    const whole = this.#open === undefined ? text : `${this.#open.text}\n${text}`;
    const from = this.#open?.line ?? line;
    const hasQuotes = !this.#isExtended && whole.includes('"');
    if (hasQuotes && isOpen(whole)) {
      if (whole.length > longestRecord) throw this.#neverClosed(from);
      this.#open = { line: from, text: whole };
      return;
    }
    this.#open = undefined;
    this.#delimiter ??= this.#isExtended ? extendedDelimiterOf(whole) : delimiterOf(whole);
    if (hasQuotes) {
      this.#quoted.push({ line: from, text: whole });
      if (this.#header === undefined || this.#quoted.length === atOnce) this.#flush(onRecord);
      return;
    }
    this.#flush(onRecord);
    this.#row(whole.split(this.#delimiter), from, onRecord);
  }

  end(onRecord: (record: TableRecord) => void): void {
    if (this.#open !== undefined) throw this.#neverClosed(this.#open.line);
    this.#flush(onRecord);
  }

  #row(cells: readonly string[], line: number, onRecord: (record: TableRecord) => void): void {
    if (this.#header === undefined) {
      this.#header = this.#headerOf(cells, line);
      return;
    }
    const { width, cells: names } = this.#header;
    // The header comes again where files were put together.
    if (cells[0] === names[0] && cells.every((cell, at) => cell.trim() === names[at])) return;
    if (cells.length !== width) throw this.#ragged(line, cells.length);
    onRecord(new TableRecord(line, this.#header, cells));
  }

  /** The extended log format of the W3C names its columns in a comment: `#Fields: date time time-taken`. */
  #readDirective(text: string): void {
    const fields = /^#Fields:\s*(.+)$/i.exec(text)?.[1];
    if (fields === undefined || this.#header !== undefined) return;
    this.#delimiter = undefined;
    const names = fields.trim().split(/\s+/);
    this.#header = headerFrom(names);
    this.#isExtended = true;
  }

  #readSeparator(text: string): boolean {
    const [, separator] = /^"?sep=(.|\\t)"?\s*$/i.exec(text) ?? [];
    if (separator === undefined) return false;
    this.#delimiter = separator === String.raw`\t` ? '\t' : separator;
    return true;
  }

  /** Parses the records with quotes that have come, in one go: one by one takes ten times as long. */
  #flush(onRecord: (record: TableRecord) => void): void {
    if (this.#quoted.length === 0) return;
    const records = this.#quoted;
    this.#quoted = [];
    for (const [index, cells] of this.#parsed(records).entries()) {
      this.#row(cells, records[index]?.line ?? 0, onRecord);
    }
  }

  #parsed(records: readonly SourceRecord[]): readonly (readonly string[])[] {
    try {
      return this.#parse(records.map(({ text }) => text).join('\n'), {
        delimiter: this.delimiter,
        relax_column_count: true,
        ltrim: true,
        rtrim: true,
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Alone, the one that is wrong says where it stands.
      if (records.length > 1) return records.flatMap((record) => this.#parsed([record]));
      throw new TraceError({
        file: this.#file,
        line: records[0]?.line,
        found: `its quotes do not match: ${error.message.replace(/:? (?:at|on|got|a quote is found) .*$/, '')}`,
        remedy: 'Put the whole value between quotes, and double the quotes inside it.',
        cause: error,
      });
    }
  }

  #headerOf(cells: readonly string[], line: number): TableHeader {
    const names = cells.map((cell) => cell.trim());
    if (2 * names.filter(isFigure).length > names.length) {
      throw new TraceError({
        file: this.#file,
        line,
        found: `it has values (${shorten(names.join(this.delimiter))}) where the names of the columns belong`,
        remedy: `Put a header above it, such as atMs${this.delimiter}durationMs.`,
      });
    }
    const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
    if (twice === undefined) return headerFrom(names);
    throw new TraceError({
      file: this.#file,
      line,
      field: twice,
      found: 'two columns have this name',
      remedy: 'Give each column a name of its own.',
    });
  }

  #ragged(line: number, count: number): TraceError {
    const width = this.#header?.width ?? 0;
    const also =
      this.delimiter === ',' && count > width
        ? ' Numbers with decimal commas stand between quotes, or between semicolons.'
        : '';
    return new TraceError({
      file: this.#file,
      line,
      found: `it has ${count} values, and the header ${width}`,
      remedy: `Write as many values in each row as there are columns.${also}`,
    });
  }

  #neverClosed(line: number): TraceError {
    return new TraceError({
      file: this.#file,
      line,
      found: 'a quote is opened and never closed',
      remedy: 'Close it, or double the quotes inside the value.',
    });
  }
}

function headerFrom(names: readonly string[]): TableHeader {
  const indexOf = new Map(names.map((name, index) => [name, index]));
  indexOf.delete('');
  return { cells: names, names: names.filter((name) => name !== ''), indexOf, width: names.length };
}

/** Whether a quote is open at the end: quotes inside values are doubled, so that they come in pairs. */
function isOpen(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count % 2 === 1;
}

/** The one that stands most often in the header, outside quotes. */
function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  const [most = ','] = delimiters.toSorted((a, b) => count(b) - count(a));
  return count(most) === 1 ? ',' : most;
}

/** IIS separates by blanks, CloudFront by tabs, and both name their columns between blanks. */
function extendedDelimiterOf(row: string): string {
  return row.includes('\t') ? '\t' : ' ';
}

/** A number or a time: no name of a column. */
function isFigure(text: string): boolean {
  return /^[+-]?\d[\d.,:eE+TZ -]*$/.test(text);
}
