import { replaceProperty } from '../replacement.ts';

const { prototype } = globalThis.Date;
const parts = [
  'FullYear',
  'Month',
  'Date',
  'Day',
  'Hours',
  'Minutes',
  'Seconds',
  'Milliseconds',
] as const;

/** The methods that read or set a date by the local clock, and the one by UTC that does the same. */
const pairs = parts.flatMap((part) =>
  ['get', 'set'].map((verb) => [`${verb}${part}`, `${verb}UTC${part}`] as const),
);

/**
 * Makes the local clock that of UTC, for what reads the parts of a date. A browser's own zone cannot be
 * set, so no other one is to be had, and texts of dates without a zone are still read in the machine's.
 *
 * @throws RangeError for another zone
 */
export function setTimeZone(zone: string): () => void {
  if (zone !== 'UTC') {
    throw new RangeError(`timeZone must be UTC in a browser, which can have no other, got ${zone}`);
  }
  const undo = pairs.flatMap(([local, utc]) => {
    const method: unknown = Reflect.get(prototype, utc);
    return method === undefined ? [] : [replaceProperty(prototype, local, method)];
  });
  undo.push(replaceProperty(prototype, 'getTimezoneOffset', () => 0));
  return () => {
    for (const step of undo) step();
  };
}
