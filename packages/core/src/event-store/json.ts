import { isStorable } from './checks.ts';
import type { EventIssue } from './errors.ts';

export interface JsonOptions {
  /**
   * Whether reading must give back the very value: then nothing may turn into something else on the way,
   * as a date turns into its text. Default: false.
   */
  readonly isExact?: boolean;
}

/** Deeper than any payload, and far from where the parsers of JavaScript and PostgreSQL give up. */
const DEEPEST = 1_000;

/**
 * JSON of a value, as every adapter can hold it. What JSON would leave out or turn into `null` or `{}`
 * is refused, so that nothing is lost in silence; a value that says itself how it is written (`toJSON`)
 * is taken at its word.
 *
 * @param refuse Makes the error of the first thing that cannot be held.
 */
export function toJson(
  value: unknown,
  refuse: (issue: EventIssue) => Error,
  { isExact = false }: JsonOptions = {},
): string {
  const issue = issueOf(value, { key: '', parent: undefined, depth: 0, isExact });
  if (issue !== undefined) throw refuse(issue);
  return JSON.stringify(value);
}

/** Whether two values of JSON say the same; the order of keys says nothing. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([key, item]) => Object.hasOwn(b, key) && jsonEquals(item, Reflect.get(b, key)))
  );
}

/** Where a value stands in the whole. */
interface Place {
  readonly key: string;
  readonly parent: Place | undefined;
  readonly depth: number;
  readonly isExact: boolean;
}

function issueOf(value: unknown, place: Place): EventIssue | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'object') return issueOfObject(value, place);
  if (typeof value === 'string') {
    const message = 'a text has NUL or a lone surrogate, which PostgreSQL cannot hold';
    return isStorable(value) ? undefined : issueAt(place, message);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return undefined;
  const name = typeof value === 'number' ? String(value) : nameOf(value);
  return issueAt(place, `${name} is no JSON value`);
}

function issueOfObject(value: object, place: Place): EventIssue | undefined {
  if (place.depth > DEEPEST) {
    const message = `it is nested deeper than ${DEEPEST} levels, or goes round in a circle`;
    return { path: '', message };
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return issueOfWritten(value, place);
  if (Array.isArray(value)) {
    // By index: holes count, and none of them can be held.
    for (let index = 0; index < value.length; index += 1) {
      const issue = issueOf(value[index], inside(place, String(index)));
      if (issue !== undefined) return issue;
    }
    return undefined;
  }
  if (tagOf(value) !== 'Object' || (place.isExact && !isPlain(value))) {
    return issueAt(place, `${nameOf(value)} is no JSON value`);
  }
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) {
      return issueAt(place, 'a key has NUL or a lone surrogate, which PostgreSQL cannot hold');
    }
    // Left out, which reads the same.
    if (item === undefined) continue;
    const issue = issueOf(item, inside(place, key));
    if (issue !== undefined) return issue;
  }
  return undefined;
}

function issueOfWritten(value: object, place: Place): EventIssue | undefined {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    return issueAt(place, 'an invalid date is no JSON value');
  }
  if (place.isExact) return issueAt(place, `${nameOf(value)} reads as something else`);
  const written: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
  return issueOf(written, place);
}

function inside(parent: Place, key: string): Place {
  return { key, parent, depth: parent.depth + 1, isExact: parent.isExact };
}

function issueAt(place: Place, message: string): EventIssue {
  const path: string[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) path.unshift(at.key);
  return { path: path.join('.'), message };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `Map`, `Uint8Array`, `Promise`, …; `Object` for objects whose fields are what they are. */
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return `a ${typeof name === 'string' && name !== '' ? name : tagOf(value)}`;
}
