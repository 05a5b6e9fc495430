import { expect, test } from 'vitest';
import { bestArrangement, classOutcome, comparePartition } from './partition.ts';

test('work of one kind is better off in one pool', () => {
  const kind = { ratePerSecond: 400, serviceMs: 10 };
  const found = comparePartition({ fast: kind, slow: kind, workers: 10, queueSize: 30 });
  expect(found.better).toBe('shared');
  expect(found.shared.fast.slowdown).toBeLessThan(found.split.fast.slowdown);
});

test('fast work is better off away from work that is 25 times as slow', () => {
  const found = comparePartition({
    fast: { ratePerSecond: 4_500, serviceMs: 1 },
    slow: { ratePerSecond: 720, serviceMs: 25 },
    workers: 25,
    queueSize: 70,
  });
  expect(found.better).toBe('split');
  expect(found.split.fast.slowdown).toBeLessThan(found.shared.fast.slowdown / 2);
});

test('in one pool both kinds wait alike', () => {
  const { shared } = comparePartition({
    fast: { ratePerSecond: 500, serviceMs: 1 },
    slow: { ratePerSecond: 50, serviceMs: 20 },
    workers: 2,
    queueSize: 10,
  });
  expect(shared.fast.meanWaitMs).toBe(shared.slow.meanWaitMs);
  expect(shared.fast.dropRatio).toBe(shared.slow.dropRatio);
});

test('a pool that cannot be divided is refused', () => {
  const kind = { ratePerSecond: 1, serviceMs: 1 };
  expect(() => comparePartition({ fast: kind, slow: kind, workers: 1, queueSize: 1 })).toThrow(
    'workers is 1',
  );
});

test('of several arrangements the one that drops least is best, and then the one that keeps nobody waiting', () => {
  const needs = {
    fast: { ratePerSecond: 100, serviceMs: 1 },
    slow: { ratePerSecond: 10, serviceMs: 20 },
  };
  const outcomes = (dropRatio: number, meanWaitMs: number) => ({
    fast: classOutcome(needs.fast, { dropRatio, meanWaitMs }),
    slow: classOutcome(needs.slow, { dropRatio, meanWaitMs }),
  });
  expect(
    bestArrangement(needs, [
      ['shared', outcomes(0.05, 1)],
      ['split', outcomes(0.0102, 4)],
      ['lanes', outcomes(0.0105, 2)],
    ]),
  ).toBe('lanes');
});
