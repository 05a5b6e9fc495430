/**
 * What clocks of the clinics show in 2027, by a table: hours from UTC in winter, and whether they are put forward by
 * one at 02:00 on 14 March and back at 02:00 on 7 November. Instants are in ms since 1970.
 */
const clocks: ReadonlyMap<string, { readonly winter: number; readonly changes: boolean }> = new Map(
  [
    ['north', { winter: -5, changes: true }],
    ['south', { winter: -6, changes: true }],
    ['east', { winter: -4, changes: false }],
    ['west', { winter: -8, changes: true }],
  ],
);

const hourMs = 3_600_000;

function offsetAt(atMs: number, clinic: string): number {
  const { winter = 0, changes = false } = clocks.get(clinic) ?? {};
  const fromMs = Date.UTC(2027, 2, 14, 2) - winter * hourMs;
  const toMs = Date.UTC(2027, 10, 7, 2) - (winter + 1) * hourMs;
  return changes && atMs >= fromMs && atMs < toMs ? winter + 1 : winter;
}

/** `2027-11-07 01:30 -05:00` */
export function shownAt(atMs: number, clinic: string): string {
  const offset = offsetAt(atMs, clinic);
  const local = new Date(atMs + offset * hourMs).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)} -0${-offset}:00`;
}

/** The instants at which the clock of a clinic shows a time (`2027-11-07 01:30`): none, one or two. */
export function instantsAt(time: string, clinic: string): readonly number[] {
  const { winter = 0 } = clocks.get(clinic) ?? {};
  const asIfUtcMs = Date.parse(`${time.replace(' ', 'T')}:00Z`);
  return [winter + 1, winter]
    .map((offset) => asIfUtcMs - offset * hourMs)
    .filter((atMs) => shownAt(atMs, clinic).startsWith(time));
}
