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

/** A time of a row. */
export function time(row: SqlRow, column: string): Date {
  const value = row[column];
  if (value instanceof Date) return value;
  throw new TypeError(`column ${column} is no time`);
}

/** A time of a row, or `undefined` for NULL. */
export function optionalTime(row: SqlRow, column: string): Date | undefined {
  return row[column] === null ? undefined : time(row, column);
}

/** A flag of a row. */
export function flag(row: SqlRow | undefined, column: string): boolean {
  return row?.[column] === true;
}
