import { Temporal } from 'temporal-polyfill';

/**
 * Times of people in one place, and the instants they stand for. A wall time is `2027-11-07 01:30`; with its offset,
 * `2027-11-07 01:30 -05:00`, it is one instant, also in the night in which an hour comes twice. Instants are in ms
 * since 1970.
 */

/** What a clock on the wall shows then, with its offset. */
export function textAt(atMs: number, zone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const time = zoned.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${zoned.toPlainDate().toString()} ${time} ${zoned.offset}`;
}

/**
 * The instants at which the clock shows this time: one; none when it is put forward over it; two, the earlier
 * first, when it is put back.
 */
export function instantsOf(time: string, zone: string): readonly number[] {
  const local = Temporal.PlainDateTime.from(time.replace(' ', 'T'));
  const shown = (['earlier', 'later'] as const)
    .map((disambiguation) => local.toZonedDateTime(zone, { disambiguation }))
    .filter((each) => each.toPlainDateTime().equals(local));
  return [...new Set(shown.map(({ epochMilliseconds }) => epochMilliseconds))];
}

/** The beginnings of all visits of a night: as many as there is time, an hour more or less in two nights of a year. */
export function visitsOf(
  date: string,
  zone: string,
  { from, to, eachMs }: { readonly from: string; readonly to: string; readonly eachMs: number },
): readonly number[] {
  const evening = Temporal.PlainDate.from(date);
  const startMs = evening.toZonedDateTime({ timeZone: zone, plainTime: from }).epochMilliseconds;
  const endMs = evening
    .add({ days: 1 })
    .toZonedDateTime({ timeZone: zone, plainTime: to }).epochMilliseconds;
  return Array.from(
    { length: Math.floor((endMs - startMs) / eachMs) },
    (_, index) => startMs + index * eachMs,
  );
}
