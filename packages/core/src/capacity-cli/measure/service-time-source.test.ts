import { expect, test } from 'vitest';
import { serviceTimesFrom } from '../../capacity/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { serviceTimeSource } from './service-time-source.ts';

test.each([
  ['log-normal', 0],
  ['log-normal', 0.5],
  ['log-normal', 1],
  ['log-normal', 1.5],
  ['gamma', 0.5],
  ['gamma', 2],
  ['hyperexponential', 0.5],
  ['hyperexponential', 2],
] as const)('%s times of variation %d have their mean and variation', (shape, variation) => {
  const draw = serviceTimeSource({ meanMs: 20, variation, shape }, createRandom(5));
  const { meanMs, variation: found } = serviceTimesFrom(Array.from({ length: 100_000 }, draw));
  expect(Math.abs(meanMs / 20 - 1)).toBeLessThan(0.03);
  expect(Math.abs(found - variation)).toBeLessThan(0.06);
});
