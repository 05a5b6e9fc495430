import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellsOf, daysBefore, instantsOf, localText } from './local-time.ts';

const iso = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);
const berlin = 'Europe/Berlin';
const quarter = 15 * 60_000;

describe('the night in which the clock is put forward', () => {
  test('half past two does not exist', () => {
    expect(instantsOf('2026-03-29', '02:30', berlin)).toEqual([]);
    expect(instantsOf('2026-03-29', '03:00', berlin).map(iso)).toEqual(['2026-03-29T01:00']);
  });
  test('a reminder a day ahead comes at the same time of the clock, 23 hours before', () => {
    const [at = 0] = instantsOf('2026-03-29', '09:00', berlin);
    expect(iso(daysBefore(at, 1, berlin))).toBe('2026-03-28T08:00');
    expect((at - daysBefore(at, 1, berlin)) / 3_600_000).toBe(23);
  });
  test('a reminder that would fall into the gap comes behind it', () => {
    const [at = 0] = instantsOf('2026-03-30', '02:30', berlin);
    expect(localText(daysBefore(at, 1, berlin), berlin)).toBe('2026-03-29 03:30 +02:00');
  });
  test('a night clinic from one to four has two hours', () => {
    expect(cellsOf({ from: '01:00', to: '04:00' }, '2026-03-29', berlin, quarter)).toHaveLength(8);
  });
});

describe('the night in which the clock is put back', () => {
  test('half past two comes twice', () => {
    expect(instantsOf('2026-10-25', '02:30', berlin).map(iso)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
    ]);
  });
  test('the two are told apart for people', () => {
    expect(instantsOf('2026-10-25', '02:30', berlin).map((at) => localText(at, berlin))).toEqual([
      '2026-10-25 02:30 +02:00',
      '2026-10-25 02:30 +01:00',
    ]);
  });
  test('a reminder a day ahead comes 25 hours before', () => {
    const [at = 0] = instantsOf('2026-10-25', '09:00', berlin);
    expect((at - daysBefore(at, 1, berlin)) / 3_600_000).toBe(25);
  });
  test('a night clinic from one to four has four hours, none of them twice', () => {
    const cells = cellsOf({ from: '01:00', to: '04:00' }, '2026-10-25', berlin, quarter);
    expect(new Set(cells).size).toBe(16);
  });
});

test('half an hour of Lord Howe is put back, too', () => {
  const zone = 'Australia/Lord_Howe';
  const [at = 0] = instantsOf('2026-04-05', '09:00', zone);
  expect((at - daysBefore(at, 1, zone)) / 3_600_000).toBe(24.5);
});

test('a week ahead, the wall clock shows the same time, by what Intl says of it', () => {
  const zones = [berlin, 'America/New_York', 'Australia/Sydney', 'Asia/Kathmandu', 'Africa/Cairo'];
  assert(
    property(
      integer({
        min: Date.parse('2025-01-01') / 60_000,
        max: Date.parse('2029-01-01') / 60_000,
      }),
      constantFrom(...zones),
      (minutes, timeZone) => {
        const clock = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
        const at = minutes * 60_000;
        const before = daysBefore(at, 7, timeZone);
        const shown = clock.format(at);
        // But for the hour that the clock leaves out.
        if (instantsOf(localText(before, timeZone).slice(0, 10), shown, timeZone).length === 0)
          return;
        expect(clock.format(before)).toBe(shown);
      },
    ),
  );
});
