import { describe, expect, test } from 'vitest';
import { dutyHours, visitMs } from '../src/domain/providers.ts';
import { instantsOf, textAt, visitsOf } from '../src/implementations/hardened/wall-clock.ts';
import { instantsAt, shownAt } from '../src/truth/wall-clocks.ts';

const zones = [
  ['north', 'America/New_York'],
  ['south', 'America/Chicago'],
  ['east', 'America/Puerto_Rico'],
  ['west', 'America/Los_Angeles'],
] as const;

const hour = 3_600_000;

/** Each half hour of the days around which clocks change, and of some other days. */
const halfHours = [
  '03-13',
  '03-14',
  '03-15',
  '11-06',
  '11-07',
  '11-08',
  '01-01',
  '06-12',
  '09-01',
  '12-31',
].flatMap((day) =>
  Array.from(
    { length: 48 },
    (_, index) => Date.parse(`2027-${day}T00:00:00Z`) + (index * hour) / 2,
  ),
);

describe.each(zones)('the clock of the clinic in the %s', (clinic, zone) => {
  test('shows each instant as the table of clocks does, with its offset', () => {
    for (const atMs of halfHours) expect(textAt(atMs, zone)).toBe(shownAt(atMs, clinic));
  });

  test('shows each time at none, one or two instants, as the table of clocks has it', () => {
    for (const atMs of halfHours) {
      const time = new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
      expect(instantsOf(time, zone), time).toEqual(instantsAt(time, clinic));
    }
  });

  test.each(['2027-03-13', '2027-06-12', '2027-11-06', '2027-12-31'])(
    'has visits from the evening to the morning in the night of %s, and none besides',
    (date) => {
      const nextDay = new Date(Date.parse(date) + 24 * hour).toISOString().slice(0, 10);
      const [fromMs = 0] = instantsAt(`${date} 22:00`, clinic);
      // The table of 2027 ends with the year.
      const [toMs = 0] = instantsAt(`${nextDay} 06:00`, clinic);
      const all = visitsOf(date, zone, { ...dutyHours, eachMs: visitMs });
      expect([all[0], (all.at(-1) ?? 0) + hour / 2]).toEqual([fromMs, toMs]);
      expect(all.slice(1).every((atMs, place) => atMs - (all[place] ?? 0) === hour / 2)).toBe(true);
    },
  );
});
