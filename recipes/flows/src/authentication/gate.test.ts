import { expect, test } from 'vitest';
import { failedAt, type Gate, isClosed } from './gate.ts';

const options = { maxFailures: 3, windowMs: 100 };

test('it closes with the third failure, and opens when the window is over', () => {
  let gate: Gate | undefined;
  const closed: boolean[] = [];
  for (const atMs of [0, 10, 20]) {
    closed.push(isClosed(gate, options, atMs));
    gate = failedAt(gate, options, atMs);
  }
  expect([...closed, isClosed(gate, options, 99), isClosed(gate, options, 100)]).toEqual([
    false,
    false,
    false,
    true,
    false,
  ]);
});

test('failures of an earlier window do not count', () => {
  const gate = failedAt({ failures: 2, sinceMs: 0 }, options, 100);
  expect(gate).toEqual({ failures: 1, sinceMs: 100 });
});
