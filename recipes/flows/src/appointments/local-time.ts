import { Temporal } from 'temporal-polyfill';

/** Times of people in one place. Instants are milliseconds since 1970 (UTC). */

/** Opening hours by the clock on the wall, such as 08:00 to 12:30. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/**
 * The instants at which a wall clock shows this time on this day: one; none in the night in which the
 * clock is put forward over it; two, the earlier first, in the night in which it is put back.
 *
 * @param date such as 2026-03-29
 * @param time such as 02:30
 * @param zone a name of the IANA database
 */
export function instantsOf(date: string, time: string, zone: string): readonly number[] {
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  const candidates = (['earlier', 'later'] as const).map((disambiguation) =>
    local.toZonedDateTime(zone, { disambiguation }),
  );
  const shown = candidates.filter((each) => each.toPlainDateTime().equals(local));
  return [...new Set(shown.map(({ epochMilliseconds }) => epochMilliseconds))];
}

/**
 * So many days earlier at the same time by the wall clock, which need not be so many times 24 hours. A time that
 * the clock leaves out is moved behind the gap; of one that it shows twice, the first counts.
 */
export function daysBefore(atMs: number, days: number, zone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return zoned.subtract({ days }).epochMilliseconds;
}

/** For people: date, time and the offset, without which an hour of one night is two. */
export function localText(atMs: number, zone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const time = zoned.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${zoned.toPlainDate().toString()} ${time} ${zoned.offset}`;
}

/**
 * The beginnings of all cells of a day: as many as there is time between the opening and the closing, which is an
 * hour less or more in two nights of a year.
 */
export function cellsOf(
  { from, to }: Hours,
  date: string,
  zone: string,
  cellMs: number,
): readonly number[] {
  const edge = (time: string): number =>
    Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone).epochMilliseconds;
  const startMs = edge(from);
  const count = Math.max(0, Math.floor((edge(to) - startMs) / cellMs));
  return Array.from({ length: count }, (_, index) => startMs + index * cellMs);
}
