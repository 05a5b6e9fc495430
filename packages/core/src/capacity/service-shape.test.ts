import { describe, expect, test } from 'vitest';
import { effectiveThirdMoment } from './service-shape.ts';

const ownMoments = {
  gamma: (scv: number): number => (1 + scv) * (1 + 2 * scv),
  'log-normal': (scv: number): number => (1 + scv) ** 3,
} as const;

describe.each(['gamma', 'log-normal'] as const)('the third moment that stands for %s', (shape) => {
  test.each([1.1, 2, 4, 9, 16, 25])(
    'at a squared variation of %d is one that two phases can have, and near its own or below it',
    (scv) => {
      for (const idleWorkers of [0, 1, 5, 20, 100]) {
        const third = effectiveThirdMoment(shape, scv, idleWorkers);
        expect(third).toBeGreaterThan(1.5 * (1 + scv) ** 2);
        expect(third).toBeLessThan(1.1 * ownMoments[shape](scv));
      }
    },
  );

  test('grows less the more workers have to be busy together', () => {
    expect(effectiveThirdMoment(shape, 9, 30)).toBeLessThan(effectiveThirdMoment(shape, 9, 1));
  });
});

test('close to full load the gamma’s own third moment is the right one', () => {
  const third = effectiveThirdMoment('gamma', 4, 0);
  expect(third / ownMoments.gamma(4)).toBeGreaterThan(0.9);
  expect(third / ownMoments.gamma(4)).toBeLessThan(1.1);
});
