import type * as Y from 'yjs';

/** A part of a text that was replaced by another. */
export interface Replacement {
  /** Where it begins, in units of UTF-16, as are the lengths of both. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/**
 * What makes one text of another: everything between their common beginning and their common end, which
 * is what somebody who types has just done. Characters beyond the basic plane are not cut in half.
 */
export function replacementOf(before: string, after: string): Replacement {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (isHighSurrogate(before, start - 1)) start -= 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (end > 0 && isLowSurrogate(before, before.length - end)) end -= 1;
  return {
    at: start,
    removed: before.length - start - end,
    inserted: after.slice(start, after.length - end),
  };
}

/** Makes a shared text say something else, and leaves alone what stays, so that others can write there. */
export function rewrite(text: Y.Text, after: string): void {
  const { at, removed, inserted } = replacementOf(text.toJSON(), after);
  if (removed > 0) text.delete(at, removed);
  if (inserted !== '') text.insert(at, inserted);
}

const isHighSurrogate = (text: string, at: number): boolean => isWithin(text, at, 0xd800, 0xdbff);
const isLowSurrogate = (text: string, at: number): boolean => isWithin(text, at, 0xdc00, 0xdfff);

function isWithin(text: string, at: number, low: number, high: number): boolean {
  const unit = at < 0 ? Number.NaN : text.charCodeAt(at);
  return unit >= low && unit <= high;
}
