import { expect, test } from 'vitest';
import { decide, filterFinding, live, priorityOf, shadow, verdictOf } from './policy.ts';

test.each([
  [{}, undefined],
  [{ ann: true }, undefined],
  [{ ann: false }, undefined],
  [{ ann: true, bob: true }, true],
  [{ ann: false, bob: false }, false],
  [{ ann: true, bob: false }, undefined],
  [{ ann: true, bob: false, cas: true }, true],
  [{ ann: true, bob: false, cas: false }, false],
])('votes %j come to %s: nobody removes alone', (votes, decision) => {
  expect(decide(votes)).toBe(decision);
});

test('a threshold is reached by the score itself', () => {
  const scores = [0.49, 0.5, 0.96, 0.97];
  expect(scores.map((score) => verdictOf(score, live))).toEqual([
    'keep',
    'review',
    'review',
    'remove',
  ]);
  expect(verdictOf(0.96, shadow)).toBe('remove');
});

test('what many see or what is likely to be bad is urgent', () => {
  expect(priorityOf(0.5, 999)).toBe('ordinary');
  expect(priorityOf(0.5, 1_000)).toBe('urgent');
  expect(priorityOf(0.8, 0)).toBe('urgent');
});

test('what is known to be banned needs neither model nor person', () => {
  expect(filterFinding('look at hash:c1')).toMatchObject({ ground: 'illegal', by: 'filter' });
  expect(filterFinding('a picture of a cat')).toBeUndefined();
});
