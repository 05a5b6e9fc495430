import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readGivenFile } from './read-given-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'given-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'text');

test('a file is read to its end, whatever a character takes', () => {
  const text = 'é'.repeat(100_000);
  writeFileSync(file, text);
  expect(readGivenFile(file, 200_000)).toBe(text);
});

test('what is larger than asked for is refused, and not read on', () => {
  writeFileSync(file, 'x'.repeat(100));
  expect(readGivenFile(file, 100)).toHaveLength(100);
  expect(() => readGivenFile(file, 99)).toThrow('it has more than 99 bytes');
});

test('what is no file is refused with its path', () => {
  expect(() => readGivenFile(join(folder, 'none'), 9)).toThrow('none');
  expect(() => readGivenFile(folder, 9)).toThrow('EISDIR');
});
