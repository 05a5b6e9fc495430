import { assert, property, string, array, integer } from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, newIn, pageText, readPage, timeOfKey } from './page.ts';

const page = { lines: [1, 2, 3].map((at) => ({ key: keyOf(at, 'a'), line: `{"id":"${at}"}` })) };

test('a page is read as it was written', () => {
  expect(readPage(pageText(page))).toEqual(page);
  expect(readPage(pageText({ lines: [] }))).toEqual({ lines: [] });
});

test('a page that breaks off anywhere is not taken', () => {
  const text = pageText(page);
  for (let length = 0; length < text.length; length += 1) {
    expect(() => readPage(text.slice(0, length))).toThrow('breaks off');
  }
});

test('of a page that reaches back only the new counts, and an old page is no end', () => {
  expect(newIn(page, keyOf(2, 'a')).lines).toHaveLength(1);
  expect(() => newIn(page, keyOf(3, 'a'))).toThrow('there before');
  expect(newIn({ lines: [] }, keyOf(3, 'a')).lines).toEqual([]);
});

test('a part of a millisecond makes no key longer', () => {
  expect(keyOf(1_772_449_451_705, 'a') > keyOf(1_772_449_306_339.566, 'b')).toBe(true);
});

test('keys sort by time, then by id', () => {
  const time = integer({ min: 0, max: 9e12 });
  assert(
    property(array(time, { minLength: 2, maxLength: 2 }), string(), ([one = 0, other = 0], id) => {
      expect(keyOf(one, id) < keyOf(other, id)).toBe(one < other);
      expect(timeOfKey(keyOf(one, id))).toBe(one);
    }),
  );
});
