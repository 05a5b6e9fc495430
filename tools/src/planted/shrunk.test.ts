import { expect, test } from 'vitest';
import { shrunkLine, sumOfShrunk } from './shrunk.ts';

test('a storm that was made smaller says to how many faults, and what that took', () => {
  expect(shrunkLine({ faults: 1, runs: 1, cpuSeconds: 0.25 })).toBe(
    'shrunk to 1 fault in 1 run, 0.3 s CPU',
  );
  const storms = [
    { faults: 2, runs: 9, cpuSeconds: 4 },
    { faults: 0, runs: 3, cpuSeconds: 1 },
    { faults: 2, runs: 7, cpuSeconds: 2 },
  ];
  expect(sumOfShrunk(storms)).toBe(
    'Shrunk: 1 to 0 faults, 2 to 2 faults; the slowest in 4.0 s CPU.',
  );
});
