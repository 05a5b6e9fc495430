import { createRandom } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import { limiterC, limits, ovenResponse } from '../house-rules.ts';
import { OvenPlant } from './oven-plant.ts';

const forever = Infinity;
const plant = (seed: number) => new OvenPlant('oven-1', 0, createRandom(seed, 'test'));

test('full power comes to rest at 320 °C, two thirds of the way after dead time and lag', () => {
  const oven = plant(1);
  oven.command({ number: 1, duty: 1, untilMs: forever }, 0);
  oven.advance(ovenResponse.deadMs + ovenResponse.lagMs);
  expect(oven.tempC).toBeGreaterThan(20 + 300 * 0.62);
  expect(oven.tempC).toBeLessThan(20 + 300 * 0.64);
});

test('with full power and nobody who stops it, the limiter alone keeps to the limits', () => {
  const longest = Array.from({ length: 50 }, (_, seed) => {
    const oven = plant(seed + 1);
    oven.limiterC = limiterC;
    oven.command({ number: 1, duty: 1, untilMs: forever }, 0);
    oven.advance(200_000);
    expect(oven.isTripped).toBe(true);
    return oven.harm.longestAboveMs;
  });
  expect(Math.max(...longest)).toBeLessThanOrEqual(limits.reactionMs);
  // The figures of `limits`: below the limit it would have been set too low to see any of this.
  expect(Math.min(...longest)).toBeGreaterThan(0);
});

test('without a command the heater goes off at its time, and what is late changes nothing', () => {
  const oven = plant(1);
  oven.command({ number: 2, duty: 1, untilMs: 4_000 }, 0);
  expect(oven.command({ number: 1, duty: 1, untilMs: forever }, 100)).toBeUndefined();
  oven.advance(3_000);
  expect(oven.sample(0, 3_000).isHeating).toBe(true);
  oven.advance(4_000);
  expect(oven.sample(0, 4_000).isHeating).toBe(false);
});
