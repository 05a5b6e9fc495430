import { TraceError } from '../errors.ts';
import { type Column, type TraceColumns, valueOf } from './columns.ts';
import type { FigureRules } from './figure-rules.ts';
import { readNumber } from './numbers.ts';
import { readTextTime } from './time-text.ts';
import { shorten, type TraceRecord } from './trace-record.ts';
import { unitMs, unitNames, unitOfWord } from './units.ts';

/** A time that was read, in ms: since 1970 if `isAbsolute`, otherwise since the recording began. */
export interface ReadTime {
  readonly ms: number;
  readonly isAbsolute: boolean;
}

/** Reads the figures of records; every number is one, in a unit that is known, or is refused. */
export class FigureReader {
  readonly #file: string;
  readonly #columns: TraceColumns;
  readonly #rules: FigureRules;

  constructor(file: string, columns: TraceColumns, rules: FigureRules) {
    this.#file = file;
    this.#columns = columns;
    this.#rules = rules;
  }

  time(record: TraceRecord): ReadTime {
    return this.#moment(record, this.#columns.time);
  }

  /** In ms. */
  duration(record: TraceRecord, start: ReadTime): number {
    const { duration } = this.#columns;
    if (duration === undefined)
      throw new RangeError('Failed to read a trace: it has no durations.');
    if ('end' in duration) {
      const ms = this.#moment(record, duration.end).ms - start.ms;
      if (ms >= 0) return ms;
      const value = valueOf(record, duration.end);
      throw this.#refuse(record, duration.end, `got ${shorten(value)}, which is before its start`, {
        remedy: 'Give each row an end that is not before its start.',
      });
    }
    const value = valueOf(record, duration);
    const [, digits = '', word = ''] =
      typeof value === 'string' ? (/^(.*?\d\.?) ?([a-zµμ]{1,12})?$/i.exec(value) ?? []) : [];
    const unit =
      word === '' ? this.#rules.durationUnit : unitOfWord(word.toLowerCase().replace('μ', 'µ'));
    const number = typeof value === 'number' ? value : readNumber(digits, this.#rules.mark);
    const ms = (number ?? Number.NaN) * (unit === undefined ? Number.NaN : unitMs[unit]);
    if (ms >= 0 && ms < Infinity) return ms;
    throw this.#refuse(
      record,
      duration,
      value === undefined ? 'it is missing' : `got ${shorten(value)}, which is no duration`,
      { remedy: 'Write a number of at least 0, such as 12.5.' },
    );
  }

  #moment(record: TraceRecord, column: Column): ReadTime {
    const value = valueOf(record, column);
    if (value === undefined) {
      throw this.#refuse(record, column, 'it is missing', {
        remedy: 'Give every row its time, in the same field as the first row.',
      });
    }
    const { timeUnit, isAbsolute, mark } = this.#rules;
    const number =
      typeof value === 'number'
        ? value
        : typeof value === 'string'
          ? readNumber(value, mark)
          : undefined;
    if (timeUnit === undefined) {
      const text = typeof value === 'string' ? readTextTime(value) : 'no time';
      if (typeof text === 'number') return { ms: text, isAbsolute: true };
      throw this.#refuse(record, column, `got ${shorten(value)}, which ${problems[text]}`, {
        remedy: 'Write it like 2026-11-27T14:00:00.000Z.',
      });
    }
    if (number === undefined || !Number.isFinite(number)) {
      throw this.#refuse(record, column, `got ${shorten(value)}, which is no number`, {
        remedy: `Write ${unitNames[timeUnit]}, such as 1250.5, in every row.`,
      });
    }
    if (number < 0) {
      throw this.#refuse(record, column, `got ${shorten(value)}, which is negative`, {
        remedy: `Count ${unitNames[timeUnit]} from the start of the recording.`,
      });
    }
    return { ms: number * unitMs[timeUnit], isAbsolute };
  }

  #refuse(
    { line }: TraceRecord,
    { name }: Column,
    found: string,
    { remedy }: { readonly remedy: string },
  ): TraceError {
    return new TraceError({ file: this.#file, line, field: name, found, remedy });
  }
}

const problems = {
  'no time': 'is no ISO 8601 time with a time zone',
  'no zone': 'has no time zone',
  'no such day': 'is no moment that a calendar and a clock have',
} as const;
