import { expect, test } from 'vitest';
import { eventsFor, isTooShort } from './settling.ts';

const small = { ratePerSecond: 500, serviceMs: 10, workers: 5, queueSize: 15 };
const large = { ratePerSecond: 10_000, serviceMs: 90, workers: 900, queueSize: 1_800 };

test('a small pool settles within the usual run, and a large one at full load within none', () => {
  expect(eventsFor(small)).toBe(200_000);
  expect(isTooShort(small, 200_000)).toBe(false);
  expect(eventsFor(large)).toBe(3_000_000);
  expect(isTooShort(large, 3_000_000)).toBe(true);
});

test('away from full load a large pool settles sooner', () => {
  const idle = { ...large, workers: 1_200 };
  expect(eventsFor(idle)).toBeLessThan(1_000_000);
  expect(isTooShort(idle, eventsFor(idle))).toBe(false);
});
