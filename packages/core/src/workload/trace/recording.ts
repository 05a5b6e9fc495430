import { missingPeer } from '../../peers/index.ts';
import { TraceError } from '../errors.ts';
import { type ArrangedColumns, coarseness, sorted, spread } from './arrange.ts';
import { columnsByName, type ColumnOptions, type TraceColumns, valueOf } from './columns.ts';
import { FigureReader, type ReadTime } from './figure-reader.ts';
import { figureRules } from './figure-rules.ts';
import { GrowingColumn } from './growing-column.ts';
import { LineSplitter } from './line-splitter.ts';
import { type RecordSource, recordSource } from './record-source.ts';
import { columnsOfTool } from './tools.ts';
import { shorten, type TraceRecord } from './trace-record.ts';

/** How the columns of a recording are read. */
export interface RecordingOptions extends ColumnOptions {
  /** Whether the other columns of a table of somebody's own are kept, as text. */
  readonly keepsFields?: boolean;
}

/** What was recorded, in order of time, as columns of equal length. */
export interface Recording {
  readonly file: string;
  /** Where each row stands in the file, from 1. */
  readonly line: Float64Array;
  /** Arrivals in ms since the recording began. */
  readonly atMs: Float64Array;
  /** Undefined when nobody needs them. */
  readonly durationMs?: Float64Array;
  readonly fields?: readonly (Readonly<Record<string, string>> | undefined)[];
  /** Whether times are whole seconds or minutes, over which the arrivals were spread by chance. */
  readonly isCoarse: boolean;
  /** How the file was understood, where a reader might have thought otherwise. */
  readonly notes: readonly string[];
}

/** Rows that are looked at before it is decided what a file counts in. */
const probeRows = 1_000;

/** A recording that pauses for longer has a clock that was not set. */
const longestGapMs = 366 * 86_400_000;

/**
 * Reads recorded traffic from text that comes in pieces: tables, JSON Lines, and the logs of the tools
 * that it knows (see `tools.ts` and `access-log.ts`), in constant memory but for the columns.
 *
 * Every figure is understood or refused: the unit of a time is told by the name of its column or by
 * being a time of our days, that of a duration by its name or its format, and never assumed.
 *
 * @throws TraceError that names file, line, field, what was found, and what to do
 */
export async function readRecording(
  file: string,
  text: AsyncIterable<string>,
  options: RecordingOptions,
): Promise<Recording> {
  // Its build for browsers runs everywhere.
  const { parse } = await import('csv-parse/browser/esm/sync').catch(
    missingPeer('csv-parse', 'to read recorded traffic'),
  );
  const lines = new LineSplitter(file);
  const rows = new RowCollector(file, options);
  let source: RecordSource | undefined;
  const onRecord = (record: TraceRecord): void => rows.add(record);
  const onLine = (row: string, line: number): void => {
    if (source === undefined) {
      if (row.trim() === '' || (row.startsWith('#') && !/^#fields:/i.test(row))) return;
      source = recordSource(file, row, line, { ...options, parse });
      rows.source = source;
    }
    source.read(row, line, onRecord);
  };
  for await (const piece of text) lines.split(piece, onLine);
  lines.end(onLine);
  source?.end(onRecord);
  return rows.end();
}

/** Understands records once the first of them have shown how, and keeps their figures. */
class RowCollector {
  source: RecordSource | undefined;
  readonly #file: string;
  readonly #options: RecordingOptions;
  readonly #line = new GrowingColumn();
  readonly #at = new GrowingColumn();
  readonly #duration = new GrowingColumn();
  readonly #fields: (Readonly<Record<string, string>> | undefined)[] = [];
  #probe: TraceRecord[] | undefined = [];
  #columns: TraceColumns | undefined;
  #figures: FigureReader | undefined;
  #previous: ReadTime | undefined;
  #leftOut = 0;
  #isSorted = true;

  constructor(file: string, options: RecordingOptions) {
    this.#file = file;
    this.#options = options;
  }

  add(record: TraceRecord): void {
    if (this.#probe === undefined) {
      this.#understand(record);
    } else {
      this.#probe.push(record);
      if (this.#probe.length === probeRows) this.#decide();
    }
  }

  end(): Recording {
    if (this.#probe !== undefined) this.#decide();
    const file = this.#file;
    if (this.#line.length === 0) {
      throw new TraceError({
        file,
        found: this.#leftOut === 0 ? 'it has no rows' : `none of its ${this.#leftOut} rows counts`,
        remedy:
          this.#leftOut === 0
            ? 'Write at least one arrival.'
            : `Give it rows of ${this.#columns?.tool ?? 'requests'} that are requests with a duration.`,
      });
    }
    const columns = {
      line: this.#line.toArray(),
      atMs: this.#at.toArray(),
      durationMs: this.#duration.toArray(),
      fields: this.#fields,
    };
    return { file, ...this.#arranged(columns), notes: this.#notes };
  }

  readonly #notes: string[] = [];

  #decide(): void {
    const probe = this.#probe ?? [];
    this.#probe = undefined;
    const [first] = probe;
    if (first === undefined) return;
    const { timeField, durationField } = this.#options;
    const isNamed = timeField !== undefined || durationField !== undefined;
    let columns = this.source?.columns;
    for (const record of isNamed ? [] : probe) columns ??= columnsOfTool(record);
    columns ??= columnsByName(this.#file, first, this.#options);
    const { needsDurations } = this.#options;
    if (needsDurations && columns.duration === undefined) {
      throw new TraceError({
        file: this.#file,
        line: first.line,
        found: `it has no durations; it was read as ${columns.tool ?? 'a table'}`,
        remedy: columns.durationRemedy ?? 'Add a column durationMs.',
      });
    }
    const { takes = () => true } = columns;
    const taken = probe.filter((record) => takes(record));
    this.#columns = columns;
    const delimiter = this.source?.delimiter?.();
    // When nothing counts so far, what comes later is read by the same rules.
    const rules = figureRules(this.#file, columns, taken.length === 0 ? probe : taken, {
      ...this.#options,
      ...(delimiter !== undefined && { delimiter }),
    });
    this.#figures = new FigureReader(this.#file, columns, rules);
    for (const record of probe) this.#understand(record);
  }

  #understand(record: TraceRecord): void {
    const columns = this.#columns;
    const figures = this.#figures;
    if (columns === undefined || figures === undefined) return;
    if (columns.takes?.(record) === false) {
      this.#leftOut += 1;
      return;
    }
    const time = figures.time(record);
    this.#checkOrder(record, time, columns);
    this.#previous = time;
    this.#line.push(record.line);
    this.#at.push(time.ms);
    if (this.#hasDurations) this.#duration.push(figures.duration(record, time));
    if (this.#options.keepsFields === true && columns.tool === undefined) {
      this.#fields.push(this.#textFields(record, columns));
    }
  }

  /** Also where nobody needs them: a log that is written at the end tells by them when it began. */
  get #hasDurations(): boolean {
    const { needsDurations } = this.#options;
    return (
      this.#columns?.duration !== undefined && (needsDurations || this.#columns.timeIs === 'end')
    );
  }

  #checkOrder(record: TraceRecord, time: ReadTime, columns: TraceColumns): void {
    const step = time.ms - (this.#previous?.ms ?? time.ms);
    if (step >= 0 && step <= longestGapMs) return;
    const field = columns.time.name;
    const value = shorten(valueOf(record, columns.time));
    if (Math.abs(step) > longestGapMs) {
      const years = Math.round(Math.abs(step) / longestGapMs);
      throw new TraceError({
        file: this.#file,
        line: record.line,
        field,
        found: `got ${value}, which is ${years} year${years === 1 ? '' : 's'} ${step > 0 ? 'after' : 'before'} the row above it`,
        remedy: 'One of the two has a clock that was not set: remove it.',
      });
    }
    this.#isSorted = false;
    // A tool writes what is over, and not in the order in which it began.
    if (columns.tool !== undefined) return;
    throw new TraceError({
      file: this.#file,
      line: record.line,
      field,
      found: `got ${value}, which is before the row above it`,
      remedy: 'Sort the rows by time.',
    });
  }

  #textFields(
    record: TraceRecord,
    { time, duration }: TraceColumns,
  ): Readonly<Record<string, string>> | undefined {
    const understood = new Set([
      time.name,
      ...(duration === undefined ? [] : ['end' in duration ? duration.end.name : duration.name]),
    ]);
    const fields: [string, string][] = [];
    for (const field of record.names) {
      if (understood.has(field)) continue;
      const value = record.value(field);
      if (value === undefined) continue;
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        throw new TraceError({
          file: this.#file,
          line: record.line,
          field,
          found: `got ${shorten(value)}, which is neither text nor a number`,
          remedy: 'Flatten it into fields of their own, or leave it out.',
        });
      }
      fields.push([field, String(value)]);
    }
    return fields.length === 0 ? undefined : Object.fromEntries(fields);
  }

  #arranged(columns: ArrangedColumns): Omit<Recording, 'file' | 'notes'> {
    const isAbsolute = this.#previous?.isAbsolute === true;
    const { tool, timeIs } = this.#columns ?? {};
    if (tool !== undefined) {
      const left =
        this.#leftOut === 0 ? '' : `; ${this.#leftOut} other rows of the file do not count`;
      this.#notes.push(`Read as ${tool}${left}.`);
    }
    let arranged = columns;
    const resolution = isAbsolute ? coarseness(arranged.atMs) : undefined;
    if (resolution !== undefined) {
      arranged = spread(this.#isSorted ? arranged : sorted(arranged), resolution.ms);
      this.#notes.push(
        `Its times are whole ${resolution.name}: arrivals are spread over them by chance, and shorter bursts are not known.`,
      );
    }
    if (timeIs === 'end' && this.#hasDurations) {
      arranged = sorted({
        ...arranged,
        atMs: arranged.atMs.map((at, index) => at - (arranged.durationMs[index] ?? 0)),
      });
    } else if (!this.#isSorted && resolution === undefined) {
      arranged = sorted(arranged);
    }
    const [origin = 0] = isAbsolute ? arranged.atMs : [0];
    return {
      isCoarse: resolution !== undefined,
      line: arranged.line,
      atMs: arranged.atMs.map((at) => at - origin),
      ...(this.#options.needsDurations && { durationMs: arranged.durationMs }),
      ...(this.#options.keepsFields === true && { fields: arranged.fields }),
    };
  }
}
