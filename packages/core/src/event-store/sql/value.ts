import type { SqlRow } from './sql-database.ts';

/** An integer of a row, whichever way the driver gives it. */
export function integer(row: SqlRow | undefined, column: string): number {
  const value = Number(row?.[column]);
  if (!Number.isSafeInteger(value)) throw new TypeError(`column ${column} is no integer`);
  return value;
}

/** A text of a row. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is no text`);
  return value;
}

/** A text of a row, or `undefined` for NULL. */
export function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/**
 * SQL for a time in milliseconds since 1970. As a number it means the same whatever `DateStyle` and
 * `TimeZone` the session has.
 */
export function epochMs(moment: string): string {
  return `(extract(epoch FROM ${moment}) * 1000)::bigint`;
}

/** A time of a row, which was selected with `epochMs`. */
export function time(row: SqlRow, column: string): Date {
  return new Date(integer(row, column));
}

/** A time of a row, or `undefined` for NULL. */
export function optionalTime(row: SqlRow, column: string): Date | undefined {
  return row[column] === null ? undefined : time(row, column);
}

/** A flag of a row. */
export function flag(row: SqlRow | undefined, column: string): boolean {
  return row?.[column] === true;
}
