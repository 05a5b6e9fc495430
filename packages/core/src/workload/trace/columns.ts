import { TraceError } from '../errors.ts';
import { listed, type TraceRecord } from './trace-record.ts';
import { quantityIn, readColumnName, type TraceUnit } from './units.ts';

/** Where the figures of a row are, and what they count in. */
export interface TraceColumns {
  readonly time: Column;
  /** Whether the time is that of the beginning, or of the end, as where a log writes what is over. */
  readonly timeIs: 'start' | 'end';
  /** The column of durations, or that of the end; undefined when nobody needs them and none is there. */
  readonly duration?: Column | { readonly end: Column };
  /** What a row must be to count: tools write others into the same file. Default: all count. */
  readonly takes?: (record: TraceRecord) => boolean;
  /** The tool that writes such files; undefined for a table of somebody's own. */
  readonly tool?: string;
  /** How to write the file so that it has durations, when it has none. */
  readonly durationRemedy?: string;
}

export interface Column {
  readonly name: string;
  /** Undefined when neither the name nor the format says it. */
  readonly unit?: TraceUnit | undefined;
  /** Where it is not simply the value of that name. */
  readonly pick?: (record: TraceRecord) => unknown;
}

/** What the caller knows of the columns, and needs of them. */
export interface ColumnOptions {
  readonly timeField?: string;
  readonly durationField?: string;
  readonly timeUnit?: TraceUnit;
  readonly durationUnit?: TraceUnit;
  /** Whether a file without durations is refused. */
  readonly needsDurations: boolean;
  /** Whether remedies may name the flags --time-field, --time-unit and those of the duration. */
  readonly hasFlags?: boolean;
}

/** Names without their units, between blanks. */
function stems(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

const timeStems = stems(
  'at t ts time timestamp datetime date when starttime start startedat starttimestamp',
  'startdatetime started begin arrival arrivaltime arrivedat eventtime receivedat timelocal',
  'timeiso8601',
);

const durationStems = stems(
  'duration dur service servicetime elapsed elapsedtime latency took responsetime processing',
  'processingtime requestduration requesttime timetaken totaltime runtime handlingtime',
  'executiontime',
);

const endStems = stems('end endtime endedat ended endtimestamp finish finishedat finishtime');

/** The value of a column, text without blanks around it. */
export function valueOf(record: TraceRecord, column: Column): unknown {
  const value = column.pick === undefined ? record.value(column.name) : column.pick(record);
  return typeof value === 'string' ? value.trim() : value;
}

/** Finds the columns by what they are called. */
export function columnsByName(
  file: string,
  record: TraceRecord,
  options: ColumnOptions,
): TraceColumns {
  const time = columnOf(file, record, 'time', options);
  if (time === undefined) throw missing(file, record, 'time', options);
  const duration = columnOf(file, record, 'duration', options);
  if (duration !== undefined) return { time, timeIs: 'start', duration };
  const [end, another] = matching(record.names, endStems);
  if (end !== undefined && another === undefined) {
    return { time, timeIs: 'start', duration: { end: columnNamed(end) } };
  }
  if (options.needsDurations) throw missing(file, record, 'duration', options);
  return { time, timeIs: 'start' };
}

function columnOf(
  file: string,
  record: TraceRecord,
  kind: 'time' | 'duration',
  options: ColumnOptions,
): Column | undefined {
  const field = options[`${kind}Field`];
  const unit = options[`${kind}Unit`];
  if (field !== undefined) {
    if (record.value(field) === undefined && !record.names.includes(field)) {
      throw new TraceError({
        file,
        line: record.line,
        field,
        found: `there is no such column; there are ${listed(record.names)}`,
        remedy: `Name one of them with --${kind}-field.`,
      });
    }
    return { ...columnNamed(field), ...(unit !== undefined && { unit }) };
  }
  const [name, another] = matching(record.names, kind === 'time' ? timeStems : durationStems);
  if (name === undefined) return undefined;
  if (another === undefined) return { ...columnNamed(name), ...(unit !== undefined && { unit }) };
  if (kind === 'time' && [name, another].every((each) => /^(?:date|time)$/i.test(each))) {
    throw new TraceError({
      file,
      line: record.line,
      field: name,
      found: 'date and time are columns of their own',
      remedy: 'Join them into one, like 2026-11-27T14:00:00.000Z.',
    });
  }
  const choose = options.hasFlags === true ? `Choose one with --${kind}-field` : 'Keep one of them';
  throw new TraceError({
    file,
    line: record.line,
    field: name,
    found: `both "${name}" and "${another}" are there, and either may be the ${kind}`,
    remedy: `${choose}, or give the other another name.`,
  });
}

function matching(names: readonly string[], known: ReadonlySet<string>): string[] {
  return names.filter((name) => quantityIn(name, known) !== undefined);
}

function columnNamed(name: string): Column {
  const read = [timeStems, durationStems, endStems].map((known) => quantityIn(name, known));
  return { name, unit: (read.find((found) => found !== undefined) ?? readColumnName(name)).unit };
}

function missing(
  file: string,
  { line, names }: TraceRecord,
  kind: 'time' | 'duration',
  { hasFlags }: ColumnOptions,
): TraceError {
  const [only = ''] = names;
  if (names.length === 1 && only.split(' ').length > 3) {
    return new TraceError({
      file,
      line,
      found: 'its first line is neither a header nor a line of a log that is known',
      remedy: 'Make a table of it, with the columns atMs and durationMs, or JSON Lines.',
    });
  }
  const usual = kind === 'time' ? 'atMs' : 'durationMs';
  const like = kind === 'time' ? 'at, timestamp, startTimeNs' : 'duration_s, latencyUs, elapsed_ms';
  return new TraceError({
    file,
    line,
    field: usual,
    found: `it is missing; there are ${listed(names)}`,
    remedy:
      `Call the column of the ${kind} ${usual}, or with another unit ${like} and so on` +
      `${hasFlags === true ? `, or name it with --${kind}-field` : ''}.`,
  });
}
