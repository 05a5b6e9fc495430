import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escaped } from './escaped.ts';
import { UsageError } from './errors.ts';

test('what would move a cursor or turn the direction of writing is written out', () => {
  expect(escaped('\u001B[2J')).toBe(String.raw`\x1b[2J`);
  expect(escaped('\u009B2J')).toBe(String.raw`\u009b2J`);
  expect(escaped('abc\u202Ecba')).toBe(String.raw`abc\u202ecba`);
  expect(escaped('a\nb')).toBe(String.raw`a\x0ab`);
});

test('what is kept passes as it is, and so does every text without such characters', () => {
  expect(escaped('a\nb', '\n')).toBe('a\nb');
  expect(escaped('größer als 5 µs, ✗')).toBe('größer als 5 µs, ✗');
});

test('no text comes out with a control character in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escaped(text)).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('a refusal is one line, whatever was typed', () => {
  const error = new UsageError({
    given: '--set a=\u001B]0;title\u0007',
    cause: 'no\nline',
    remedy: 'Write another.',
  });
  expect(error.message).toBe(
    String.raw`Failed to read --set a=\x1b]0;title\x07: no\x0aline. Write another.`,
  );
});
