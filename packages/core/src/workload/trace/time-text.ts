const iso =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/** As Apache and nginx write it: 27/Nov/2026:14:00:00 +0100. */
const commonLog =
  /^(\d\d)\/([a-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))? ([+-]\d{4})$/i;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads ISO 8601 with a time zone, or the time of the common log format.
 *
 * The zone is required: without it the same file would mean different times on two machines. Days
 * that no calendar has, such as 30 February, are refused: `Date.parse` takes some of them for others.
 *
 * @returns milliseconds since 1970 with the fraction that was written, or what is wrong
 */
export function readTextTime(text: string): number | 'no time' | 'no zone' | 'no such day' {
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] =
    iso.exec(text) ?? fromCommonLog(text) ?? [];
  if (year === undefined) return 'no time';
  if (zone === undefined) return 'no zone';
  const [m, d, h, min, s] = [
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  ];
  const isDay = m >= 1 && m <= 12 && d >= 1 && d <= daysOf(Number(year), m);
  const zoneMinutes = minutesOf(zone);
  if (!isDay || h > 23 || min > 59 || s > 59 || zoneMinutes === undefined) return 'no such day';
  const fractionMs = fraction === '' ? 0 : Number(`0.${fraction}`) * 1_000;
  return Date.UTC(Number(year), m - 1, d, h, min - zoneMinutes, s) + fractionMs;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The same groups as those of ISO 8601. */
function fromCommonLog(text: string): readonly (string | undefined)[] | undefined {
  const match = commonLog.exec(text);
  if (match === null) return undefined;
  const [, day, name = '', year, hour, minute, second, fraction, zone] = match;
  const month = months.indexOf(name.toLowerCase()) + 1;
  return [undefined, year, String(month), day, hour, minute, second, fraction, zone];
}

/** East of Greenwich; undefined for what no place on earth has. */
function minutesOf(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  const size = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || size > 14 * 60) return undefined;
  return sign === '-' ? -size : size;
}
