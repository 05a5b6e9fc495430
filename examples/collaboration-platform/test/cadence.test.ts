import { expect, test } from 'vitest';
import { Cadence } from '../src/implementations/hardened/cadence.ts';

const everyMs = 100;

/** Beats of ticks that come this long after one another. */
function beatsOf(cadence: Cadence, from: number, gapsMs: readonly number[]): number {
  let nowMs = from;
  let beats = 0;
  for (const gapMs of gapsMs) {
    nowMs += gapMs;
    if (cadence.tick(nowMs)) beats += 1;
  }
  return beats;
}

test('while timers come in time, each tick is a beat', () => {
  expect(beatsOf(new Cadence(everyMs), 0, Array(40).fill(everyMs))).toBe(40);
});

test('while they come late, cursors have to wait, at most for every fourth tick', () => {
  const cadence = new Cadence(everyMs);
  beatsOf(cadence, 0, [100, 200, 200]);
  expect(beatsOf(cadence, 500, Array(40).fill(150))).toBe(10);
});

test('it takes a while in time until all of them are told again', () => {
  const cadence = new Cadence(everyMs);
  beatsOf(cadence, 0, [100, 200, 200]);
  beatsOf(cadence, 500, Array(40).fill(everyMs));
  expect(beatsOf(cadence, 4_500, Array(20).fill(everyMs))).toBe(20);
});
