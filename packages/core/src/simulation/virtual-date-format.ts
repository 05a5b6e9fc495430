import { activeSimulation } from './active.ts';
import { originalGetter, originalMethod } from './host/original.ts';
import { virtualNow } from './virtual-date.ts';

const realFormat = originalGetter(Intl.DateTimeFormat.prototype, 'format');
const realFormatToParts = originalMethod(Intl.DateTimeFormat.prototype, 'formatToParts');

/** The functions that the getter has given for each of the real ones: it gives the same each time. */
const given = new WeakMap<object, (date?: unknown) => unknown>();

function format(this: unknown): unknown {
  const real = realFormat(this);
  if (activeSimulation() === undefined || typeof real !== 'function') return real;
  const own =
    given.get(real) ??
    ((date?: unknown): unknown => Reflect.apply(real, undefined, [date ?? virtualNow()]));
  given.set(real, own);
  return own;
}

function formatToParts(this: unknown, date?: unknown): unknown {
  return realFormatToParts(this, date ?? virtualNow());
}

/** Take the place of what formats a date, and means now when there is none. */
export const virtualDateFormat = { format, formatToParts } as const;
