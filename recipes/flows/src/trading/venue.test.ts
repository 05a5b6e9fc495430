import { expect, test } from 'vitest';
import { venueOptions } from './house-rules.ts';
import { Venue } from './venue.ts';

/** Takes a command for each reading of the clock, and says at which times. */
function timesOf(clock: readonly number[]): readonly number[] {
  const venue = new Venue(venueOptions);
  return clock.map((nowMs) => {
    const atMs = venue.timeOf(nowMs);
    venue.apply({ do: 'cancel', account: 'ann', orderId: 'none' }, atMs);
    return atMs;
  });
}

test('time is that of the clock, while that goes on', () => {
  expect(timesOf([1_000, 1_400, 9_000])).toEqual([1_000, 1_400, 9_000]);
});

test('a clock that is put back is waited for, though time goes on', () => {
  expect(timesOf([1_000, 31_000, 2_000, 3_000, 4_000])).toEqual([
    1_000, 31_000, 31_000, 31_900, 32_800,
  ]);
  expect(timesOf([31_000, 1_000, 401_000]).at(-1)).toBe(401_000);
});
