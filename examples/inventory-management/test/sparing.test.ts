import { expect, test } from 'vitest';
import { createSparing } from '../src/truth/sparing.ts';

const secondMs = 1_000;

/** Updates sent to a service at even intervals, that is away from a moment on; how many were in vain. */
function inVain(everyMs: number, awayFromMs: number, forMs: number): number {
  let nowMs = 0;
  const sparing = createSparing({
    elapsedMs: () => nowMs,
    wasAway: (_service, sinceMs) => sinceMs >= awayFromMs,
    onInVain: () => {},
  });
  for (; nowMs < forMs; nowMs += everyMs) sparing.sent('search');
  return sparing.inVain;
}

test('a service that is well may be sent whatever there is', () => {
  expect(inVain(secondMs, Infinity, 600 * secondMs)).toBe(0);
});

test('who asks every four seconds whether a service is back asks in time, and whoever asks more often in vain', () => {
  expect(inVain(4 * secondMs, 0, 600 * secondMs)).toBe(0);
  expect(inVain(3.5 * secondMs, 0, 600 * secondMs)).toBeGreaterThan(100);
});

test('what was sent while nobody could know is not in vain, nor is the minute after', () => {
  expect(inVain(secondMs, 300 * secondMs, 389 * secondMs)).toBe(0);
  expect(inVain(secondMs, 300 * secondMs, 400 * secondMs)).toBe(10);
});
