import type { Random } from '../simulation/index.ts';
import { copyData } from './copy-data.ts';

/** A place in plain data that can be changed: where it is, and what it is changed to. */
interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly name: string;
  readonly changed: (random: Random) => unknown;
}

/**
 * A copy of plain data of which one thing is changed: one character of a text, one bit of the lower 16 of a whole
 * number, or a switch. What has none of these comes back as it is.
 */
export function corrupted<T>(data: T, random: Random): T {
  const holder = { data: copyData(data) };
  const places = placesIn(holder);
  if (places.length === 0) return holder.data;
  const place = random.pick(places);
  Reflect.set(place.holder, place.name, place.changed(random));
  return holder.data;
}

function placesIn(holder: object): readonly Place[] {
  return Object.entries(holder).flatMap(([name, value]: [string, unknown]): readonly Place[] => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object or an array, of which this is an entry
    const at = { holder: holder as Place['holder'], name };
    if (typeof value === 'boolean') return [{ ...at, changed: () => !value }];
    if (typeof value === 'string' && value !== '') {
      return [{ ...at, changed: (random) => withOneOther(value, random) }];
    }
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      return [{ ...at, changed: (random) => withOneFlipped(value, random) }];
    }
    return typeof value === 'object' && value !== null ? placesIn(value) : [];
  });
}

/** In ASCII, one bit turns a letter or a digit into another of these, or into a sign. */
function withOneOther(text: string, random: Random): string {
  const at = random.integer(0, text.length - 1);
  const other = String.fromCharCode(text.charCodeAt(at) ^ (1 << random.integer(0, 3)));
  return text.slice(0, at) + other + text.slice(at + 1);
}

function withOneFlipped(value: number, random: Random): number {
  const bit = 2 ** random.integer(0, 15);
  return Math.floor(value / bit) % 2 === 0 ? value + bit : value - bit;
}
