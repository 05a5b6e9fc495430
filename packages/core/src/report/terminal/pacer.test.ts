import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

function pacerAt(speed: number) {
  const clock = { nowMs: 5_000 };
  const pacer = new Pacer(() => clock.nowMs);
  pacer.speed = speed;
  return { clock, pacer };
}

it('holds virtual time back to its speed', () => {
  const { clock, pacer } = pacerAt(100);
  expect(pacer.holdMs(1_000)).toBe(10);
  clock.nowMs += 10;
  expect(pacer.holdMs(1_000)).toBe(0);
  expect(pacer.holdMs(3_000)).toBe(20);
});

it('holds nothing back at full speed', () => {
  expect(pacerAt(Number.POSITIVE_INFINITY).pacer.holdMs(1e9)).toBe(0);
});

it('stands still in a pause and loses no time by it', () => {
  const { clock, pacer } = pacerAt(100);
  pacer.pause();
  expect(pacer.holdMs(1_000)).toBe(Number.POSITIVE_INFINITY);
  clock.nowMs += 60_000;
  pacer.resume();
  expect(pacer.holdMs(1_000)).toBe(10);
});

it('begins again when a phase does', () => {
  const { clock, pacer } = pacerAt(100);
  pacer.holdMs(100_000);
  clock.nowMs += 1_000;
  expect(pacer.holdMs(500)).toBe(5);
});

it('a new speed counts from where virtual time is', () => {
  const { clock, pacer } = pacerAt(100);
  pacer.holdMs(1_000);
  clock.nowMs += 10;
  pacer.speed = 10;
  expect(pacer.holdMs(1_100)).toBe(10);
});

it('does not race after a stall', () => {
  const { clock, pacer } = pacerAt(1);
  clock.nowMs += 100_000;
  expect(pacer.holdMs(1_000)).toBe(0);
  // A second of the stall is made up for, the rest is let go.
  expect(pacer.holdMs(2_500)).toBe(500);
});

it('takes as long as its speed says, however virtual time is cut', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 1_000 }), (lengths, speed) => {
      const { clock, pacer } = pacerAt(speed);
      const beganMs = clock.nowMs;
      let virtualMs = 0;
      for (const length of lengths) {
        virtualMs += length;
        clock.nowMs += pacer.holdMs(virtualMs);
      }
      expect(clock.nowMs - beganMs).toBeCloseTo(virtualMs / speed, 5);
    }),
  );
});
