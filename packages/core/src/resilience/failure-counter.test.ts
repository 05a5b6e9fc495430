import { expect, test } from 'vitest';
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
