import { expect, test } from 'vitest';
import { RecentSet } from './recent-set.ts';

test('what was added is known for as long as it was promised, and is forgotten after twice that', () => {
  let nowMs = 0;
  const set = new RecentSet(100, () => nowMs);
  set.add('a');
  nowMs = 99;
  set.add('b');
  nowMs = 199;
  set.add('c');
  expect(['a', 'b', 'c'].map((key) => set.has(key))).toEqual([true, true, true]);
  nowMs = 300;
  set.add('d');
  expect(['a', 'b', 'c', 'd'].map((key) => set.has(key))).toEqual([false, false, true, true]);
});

test('after a long silence nothing is known', () => {
  let nowMs = 0;
  const set = new RecentSet(100, () => nowMs);
  set.add('a');
  nowMs = 1_000;
  set.add('b');
  expect(set.has('a')).toBe(false);
});

test('a time that is none is refused', () => {
  expect(() => new RecentSet(0, () => 0)).toThrow('rememberMs is 0');
});
