import { expect, test } from 'vitest';
import { normalizeArgv } from './argv.ts';

test('the -- that pnpm hands on is dropped, once', () => {
  expect(normalizeArgv(['--', '--scenario=failure'])).toEqual(['--scenario=failure']);
  expect(normalizeArgv(['--', '--', 'x'])).toEqual(['--', 'x']);
});

test('flags without it stay as they are', () => {
  expect(normalizeArgv(['--json', '--', 'x'])).toEqual(['--json', '--', 'x']);
  expect(normalizeArgv([])).toEqual([]);
});
