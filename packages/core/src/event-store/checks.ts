import type { StreamId } from './event.ts';

/** @throws RangeError naming the option unless it is a whole number within the bounds. */
export function checkInteger(option: string, value: number, min: number, max?: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= (max ?? value)) return value;
  const upper = max === undefined ? '' : ` and at most ${max}`;
  throw new RangeError(
    `${option} must be a whole number of at least ${min}${upper}, got ${String(value)}.`,
  );
}

/** @throws RangeError naming the option unless it is a text that a database can hold. */
export function checkText(option: string, value: string): string {
  if (typeof value === 'string' && value !== '' && isStorable(value)) return value;
  throw new RangeError(
    `${option} must be a text that is not empty, without NUL and lone surrogates, got ${JSON.stringify(value)}.`,
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
