import type { StreamId } from './event.ts';
import type { EventFilter, ExpectedVersion } from './event-store.ts';

/** @throws RangeError naming the option unless it is a whole number within the bounds. */
export function checkInteger(option: string, value: number, min: number, max?: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= (max ?? value)) return value;
  const upper = max === undefined ? '' : ` and at most ${max}`;
  throw new RangeError(
    `${option} must be a whole number of at least ${min}${upper}, got ${String(value)}.`,
  );
}

/** Versions of streams are 32-bit in the database. */
export const LAST_VERSION = 2 ** 31 - 1;

/**
 * Longest name in bytes of UTF-8. An entry of an index in PostgreSQL holds 2,704 bytes, and three names
 * have to fit into one.
 */
const LONGEST_NAME = 600;

/** @throws RangeError naming the option unless it is a text that every adapter can hold as a name. */
export function checkText(option: string, value: string, longest = LONGEST_NAME): string {
  if (typeof value === 'string' && value !== '' && isStorable(value) && isWithin(value, longest)) {
    return value;
  }
  throw new RangeError(
    `${option} must be a text that is not empty, without NUL and lone surrogates, of at most ${longest} ` +
      `bytes, got ${shown(value)}.`,
  );
}

/** PostgreSQL holds neither NUL nor half a surrogate pair in a text. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** @throws RangeError naming the part of the stream's name that is missing or unusable. */
export function checkStream(stream: StreamId): StreamId {
  checkText('stream.category', stream.category);
  checkText('stream.id', stream.id);
  return stream;
}

/** @throws RangeError unless it is a tenant: a name, or empty for nobody. */
export function checkTenant(tenant: string): string {
  return tenant === '' ? tenant : checkText('tenant', tenant);
}

/** @throws RangeError unless it is something that a stream can be expected to be at. */
export function checkExpectedVersion(expected: ExpectedVersion): ExpectedVersion {
  if (expected === 'any' || expected === 'none') return expected;
  if (Number.isInteger(expected) && expected >= 0 && expected <= LAST_VERSION) return expected;
  throw new RangeError(
    `expectedVersion must be 'any', 'none' or a whole number of at least 0 and at most ` +
      `${LAST_VERSION}, got ${shown(expected)}.`,
  );
}

/** @throws RangeError naming the field of a filter that nothing can match by. */
export function checkFilter(filter: EventFilter | undefined): EventFilter | undefined {
  if (filter === undefined) return undefined;
  for (const field of ['types', 'categories', 'tenants'] as const) {
    for (const text of checkList(`filter.${field}`, filter[field])) {
      if (typeof text === 'string' && isStorable(text)) continue;
      throw new RangeError(
        `filter.${field} must hold texts without NUL and lone surrogates, got ${shown(text)}.`,
      );
    }
  }
  for (const bucket of checkList('filter.buckets', filter.buckets)) {
    checkInteger('filter.buckets', bucket, 0, LAST_VERSION);
  }
  return filter;
}

function checkList<T>(option: string, list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return [];
  if (Array.isArray(list)) return list;
  throw new RangeError(`${option} must be a list, got ${shown(list)}.`);
}

function isWithin(text: string, bytes: number): boolean {
  // Three bytes are the most that a unit of UTF-16 takes.
  return text.length * 3 <= bytes || new TextEncoder().encode(text).length <= bytes;
}

/** A value in an error: a long text is told by its length. */
function shown(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return value.length <= 100 ? JSON.stringify(value) : `a text of ${value.length} characters`;
}
