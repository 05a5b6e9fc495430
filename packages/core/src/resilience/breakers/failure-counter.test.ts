import { expect, test } from 'vitest';
import { reachesRatio } from '../ratio.ts';
import { failureCounters } from './failure-counter.ts';

test('a success between failures starts the row anew', () => {
  const counter = failureCounters({ consecutive: 3 })();
  expect([counter.recordFailure(0), counter.recordFailure(0)]).toEqual([false, false]);
  counter.recordSuccess(0);
  expect([counter.recordFailure(0), counter.recordFailure(0)]).toEqual([false, false]);
  expect(counter.recordFailure(0)).toBe(true);
});

test('a ratio is reached by exactly that share of the calls', () => {
  const counter = failureCounters({ ratio: 0.5, minimumCalls: 4, windowMs: 10_000 })();
  counter.recordSuccess(0);
  counter.recordSuccess(0);
  expect(counter.recordFailure(0)).toBe(false);
  expect(counter.recordFailure(0)).toBe(true);
});

test.each([
  [0.55, 55, 100],
  [0.07, 7, 100],
  [0.29, 29, 100],
  [0.1 + 0.2, 3, 10],
  [1 / 3, 1, 3],
  [0.57, 57, 100],
])('a ratio of %d is reached by the failure that makes %i of %i', (ratio, failures, calls) => {
  const counter = failureCounters({ ratio, minimumCalls: calls, windowMs: 10_000 })();
  for (let call = 0; call < calls - failures; call += 1) counter.recordSuccess(0);
  const answers = Array.from({ length: failures }, () => counter.recordFailure(0));
  expect(answers.indexOf(true)).toBe(failures - 1);
});

test('no ratio of whole percents is missed or met too early, of any number of calls', () => {
  for (let calls = 1; calls <= 200; calls += 1) {
    for (let percent = 1; percent <= 100; percent += 1) {
      const needed = Math.ceil((percent * calls) / 100 - 1e-9);
      expect(reachesRatio(needed, calls, percent / 100)).toBe(true);
      expect(reachesRatio(needed - 1, calls, percent / 100)).toBe(false);
    }
  }
});

test('a window is saved and taken over with the age of what it counted', () => {
  const create = failureCounters({ ratio: 0.5, minimumCalls: 4, windowMs: 10_000 });
  const counter = create();
  counter.recordFailure(100_500);
  counter.recordFailure(108_500);
  const saved = counter.save(109_000);
  const [young, old, other] = [create(), create(), failureCounters({ consecutive: 1 })()];
  if (saved === undefined) throw new Error('nothing saved');
  young.restore(saved, 0);
  expect([young.recordFailure(0), young.recordFailure(0)]).toEqual([false, true]);
  old.restore(saved, 0);
  expect([old.recordFailure(5_000), old.recordFailure(5_000)]).toEqual([false, false]);
  other.restore(saved, 0);
  expect([other.save(0), create().save(0)]).toEqual([undefined, undefined]);
});

test('fewer calls than the minimum prove nothing, however many fail', () => {
  const counter = failureCounters({ ratio: 0.1, minimumCalls: 5, windowMs: 10_000 })();
  const answers = [1, 2, 3, 4, 5].map((nowMs) => counter.recordFailure(nowMs));
  expect(answers).toEqual([false, false, false, false, true]);
});

test('calls that have left the window no longer count', () => {
  const counter = failureCounters({ ratio: 0.5, minimumCalls: 3, windowMs: 10_000 })();
  counter.recordFailure(0);
  counter.recordFailure(500);
  expect(counter.recordFailure(10_000)).toBe(false);
  expect(counter.recordFailure(10_001)).toBe(false);
  expect(counter.recordFailure(10_002)).toBe(true);
});

test('sparse failures never add up to more than the window holds', () => {
  const counter = failureCounters({ ratio: 0.5, minimumCalls: 3, windowMs: 10_000 })();
  const answers = Array.from({ length: 50 }, (_, call) => counter.recordFailure(call * 5_000));
  expect(answers).not.toContain(true);
});

test('a long silence empties the window', () => {
  const counter = failureCounters({ ratio: 0.5, minimumCalls: 2, windowMs: 1_000 })();
  counter.recordFailure(0);
  expect(counter.recordFailure(1e12)).toBe(false);
  expect(counter.recordFailure(1e12)).toBe(true);
});

test.each([
  [{ consecutive: 0 }, 'failureThreshold.consecutive must be a whole number of at least 1, got 0'],
  [{ ratio: 0, minimumCalls: 1, windowMs: 1 }, 'failureThreshold.ratio must be a number above 0'],
  [{ ratio: 1.5, minimumCalls: 1, windowMs: 1 }, 'and at most 1, got 1.5'],
  [{ ratio: 1, minimumCalls: 1.5, windowMs: 1 }, 'failureThreshold.minimumCalls must be a whole'],
  [
    { ratio: 1, minimumCalls: 1, windowMs: 0 },
    'failureThreshold.windowMs must be a number above 0',
  ],
])('the threshold %o is refused by name and value', (threshold, message) => {
  expect(() => failureCounters(threshold)).toThrow(message);
});
