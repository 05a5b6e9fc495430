import { TraceError } from '../errors.ts';
import { type Column, type ColumnOptions, type TraceColumns, valueOf } from './columns.ts';
import { decimalEvidence, type DecimalMark, readNumber } from './numbers.ts';
import { shorten, type TraceRecord } from './trace-record.ts';
import { epochUnit, type TraceUnit, unitMs, unitNames } from './units.ts';

/** What its first rows have shown of a file. */
export interface FigureRules {
  readonly mark: DecimalMark;
  /** Of numbers; undefined when times are text. */
  readonly timeUnit: TraceUnit | undefined;
  readonly isAbsolute: boolean;
  /** Of durations without a unit of their own; undefined when nothing needs them. */
  readonly durationUnit: TraceUnit | undefined;
}

/** So late in a recording no number of a unit is believed that is a time of our days in another. */
const longestLeadMs = 10 * 86_400_000;

/**
 * What the first rows of a file say about its figures.
 *
 * @param records at least one
 * @throws TraceError when the unit of a figure cannot be told, or its decimal mark
 */
export function figureRules(
  file: string,
  columns: TraceColumns,
  records: readonly TraceRecord[],
  options: ColumnOptions & { readonly delimiter?: string },
): FigureRules {
  const mark = decimalMarkOf(file, columns, records, options.delimiter);
  const { unit: timeUnit, isAbsolute } = timeRule(file, columns.time, records, mark, options);
  return {
    mark,
    timeUnit,
    isAbsolute,
    durationUnit: durationRule(file, columns, records, mark, options),
  };
}

function decimalMarkOf(
  file: string,
  { time, duration }: TraceColumns,
  records: readonly TraceRecord[],
  delimiter: string | undefined,
): DecimalMark {
  const columns = [
    time,
    ...(duration === undefined ? [] : 'end' in duration ? [duration.end] : [duration]),
  ];
  let comma: string | undefined;
  let point: string | undefined;
  let unclear: { readonly text: string; readonly line: number; readonly field: string } | undefined;
  for (const record of records) {
    for (const column of columns) {
      const text = valueOf(record, column);
      if (typeof text !== 'string') continue;
      const evidence = decimalEvidence(text);
      const place = { text, line: record.line, field: column.name };
      if (evidence === 'grouped') throw grouped(file, place);
      if (evidence === ',') comma ??= text;
      else if (evidence === '.') point ??= text;
      else if (evidence === 'unclear') unclear ??= place;
      if (point !== undefined && comma !== undefined)
        throw grouped(file, { ...place, text: comma });
    }
  }
  if (unclear === undefined || comma !== undefined) return comma === undefined ? '.' : ',';
  if (point !== undefined) throw grouped(file, unclear);
  if (delimiter === ';') return ',';
  throw new TraceError({
    file,
    line: unclear.line,
    field: unclear.field,
    found: `got ${shorten(unclear.text)}, which may be either ${unclear.text.replace(',', '')} or ${unclear.text.replace(',', '.')}`,
    remedy: 'Write decimal points, and no commas within numbers.',
  });
}

function grouped(
  file: string,
  { text, line, field }: { readonly text: string; readonly line: number; readonly field: string },
): TraceError {
  return new TraceError({
    file,
    line,
    field,
    found: `got ${shorten(text)}, and in this file a comma or a point does not always mark the fraction`,
    remedy: 'Write decimal points, and nothing between the other digits.',
  });
}

function timeRule(
  file: string,
  column: Column,
  records: readonly TraceRecord[],
  mark: DecimalMark,
  { hasFlags, timeUnit: given }: ColumnOptions,
): { readonly unit: TraceUnit | undefined; readonly isAbsolute: boolean } {
  const numbers = records.flatMap((record) => {
    const value = valueOf(record, column);
    const number = typeof value === 'string' ? readNumber(value, mark) : value;
    return typeof number === 'number' && number >= 0
      ? [{ value, number, line: record.line, epoch: epochUnit(number) }]
      : [];
  });
  const [first] = numbers;
  // Neither a number in the first row nor one anywhere near: times are text, and the rest is refused.
  if (first === undefined || typeof readFirst(records, column, mark) !== 'number') {
    return { unit: undefined, isAbsolute: true };
  }
  const flag = hasFlags === true ? 'give --time-unit, or ' : '';
  const stem = column.name.replace(/[ _(]*(?:ms|us|ns|s)\)?$/i, '') || 'at';
  if (given !== undefined) return { unit: given, isAbsolute: first.epoch === given };
  if (column.unit !== undefined) {
    const { epoch } = first;
    const isConflict =
      epoch !== undefined &&
      epoch !== column.unit &&
      first.number * unitMs[column.unit] > longestLeadMs;
    if (!isConflict) return { unit: column.unit, isAbsolute: epoch === column.unit };
    throw new TraceError({
      file,
      line: first.line,
      field: column.name,
      found: `got ${shorten(first.value)}, which is a time of our days in ${unitNames[epoch]}, in a column of ${unitNames[column.unit]}`,
      remedy: `If it counts ${unitNames[epoch]}, ${hasFlags === true ? `give --time-unit=${epoch}, or ` : ''}call the column ${stem}${suffixes[epoch]}.`,
    });
  }
  const epoch = numbers.find((one) => one.epoch !== undefined)?.epoch;
  if (epoch === undefined && isSheetDate(first.number)) {
    throw new TraceError({
      file,
      line: first.line,
      field: column.name,
      found: `got ${shorten(first.value)}, which is the number of a day, as spreadsheets count them`,
      remedy: 'Format the column as text like 2026-11-27T14:00:00.000Z, and export it again.',
    });
  }
  if (epoch === undefined) {
    throw new TraceError({
      file,
      line: first.line,
      field: column.name,
      found: `got ${shorten(first.value)}, and nothing says in which unit`,
      remedy: `Say it: ${flag}call the column atMs, atS, atUs or atNs.`,
    });
  }
  const odd = numbers.find((one) => one.epoch !== epoch);
  if (odd === undefined) return { unit: epoch, isAbsolute: true };
  const usual = numbers.find((one) => one.epoch === epoch) ?? first;
  throw new TraceError({
    file,
    line: odd.line,
    field: column.name,
    found: `got ${shorten(odd.value)}, and line ${usual.line} has ${shorten(usual.value)}, ${unitNames[epoch]} since 1970`,
    remedy: 'Remove the row that is wrong, or give it its time.',
  });
}

/** Days since 1900, in the years 2000 to 2100, with a time of day behind the point. */
function isSheetDate(value: number): boolean {
  return value >= 36_526 && value < 73_051 && !Number.isInteger(value);
}

const suffixes: Readonly<Record<TraceUnit, string>> = { s: 'S', ms: 'Ms', us: 'Us', ns: 'Ns' };

function readFirst(records: readonly TraceRecord[], column: Column, mark: DecimalMark): unknown {
  const [record] = records;
  const value = record === undefined ? undefined : valueOf(record, column);
  return typeof value === 'string' ? readNumber(value, mark) : value;
}

/** A duration that a handler usually has; the unit that brings a number nearest to it is guessed first. */
const usualMs = 30;

function durationRule(
  file: string,
  { duration }: TraceColumns,
  records: readonly TraceRecord[],
  mark: DecimalMark,
  { needsDurations, durationUnit: given, hasFlags }: ColumnOptions,
): TraceUnit | undefined {
  if (given !== undefined) return given;
  if (duration === undefined || 'end' in duration) return undefined;
  if (duration.unit !== undefined || !needsDurations) return duration.unit;
  const plain = records.flatMap((record) => {
    const value = valueOf(record, duration);
    const number = typeof value === 'string' ? readNumber(value, mark) : value;
    return typeof number === 'number' && number > 0 ? [{ value, number, line: record.line }] : [];
  });
  const [first] = plain;
  // All of them carry their unit, as in 47ms; or none is a number, and is refused where it is read.
  if (first === undefined) return undefined;
  const median =
    plain.map(({ number }) => number).toSorted((a, b) => a - b)[plain.length >> 1] ?? 0;
  const off = (unit: TraceUnit): number => Math.abs(Math.log((median * unitMs[unit]) / usualMs));
  const [likely = 'ms', ...others] = (['ms', 's', 'us', 'ns'] as const).toSorted(
    (a, b) => off(a) - off(b),
  );
  const stem = duration.name.replaceAll(/[^\p{L}\d]+/gu, '_');
  throw new TraceError({
    file,
    line: first.line,
    field: duration.name,
    found: `got ${shorten(first.value)}, and nothing says in which unit`,
    remedy:
      `If these are ${unitNames[likely]}, ${hasFlags === true ? `add --duration-unit=${likely}, or ` : ''}` +
      `call the column ${stem}${suffixes[likely]}; otherwise the same with ${others.join(', ')}.`,
  });
}
