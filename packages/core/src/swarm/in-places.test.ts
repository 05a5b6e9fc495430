import { expect, test } from 'vitest';
import { inPlaces } from './in-places.ts';

const lettersAt = ['ab', 'b', 'abc'];
const fits = (letter: string, place: number) => lettersAt[place]?.includes(letter) === true;

test('each comes where it fits, in a round after the first as well', () => {
  const found = inPlaces(['a', 'a', 'a', 'b', 'b', 'c'], 3, fits);
  expect(found).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
});

test('what fits in few places is not kept from them by what fits in many', () => {
  expect(inPlaces(['b', 'b', 'c'], 3, fits)).toEqual(['b', 'b', 'c']);
  expect(inPlaces(['b', 'a', 'c'], 3, fits)).toEqual(['a', 'b', 'c']);
});

test('what fits nowhere takes what is left, and nothing is lost', () => {
  expect(inPlaces(['x', 'b', 'y', 'c'], 3, fits)).toEqual(['b', 'x', 'c', 'y']);
  expect(inPlaces([], 3, fits)).toEqual([]);
});
