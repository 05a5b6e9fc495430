import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, nearest } from './suggest.ts';

const scenarios = ['failure', 'recovery', 'scale', 'story'];

test.each([
  ['falure', 'failure'],
  ['FAILURE', 'failure'],
  ['recvery', 'recovery'],
  ['scal', 'scale'],
])('%s is taken for %s', (typed, meant) => {
  expect(nearest(typed, scenarios)).toBe(meant);
});

test('a word that is like none of the candidates gets no suggestion', () => {
  expect(nearest('banana', scenarios)).toBeUndefined();
  expect(choose('banana', scenarios)).toBe('Use one of failure, recovery, scale, story.');
});

test('a suggestion comes with the whole list', () => {
  expect(choose('falure', scenarios)).toBe(
    'Did you mean failure? Use one of failure, recovery, scale, story.',
  );
});

test('a candidate is always its own nearest one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
      for (const word of words) expect(nearest(word, words)).toBe(word);
    }),
  );
});
