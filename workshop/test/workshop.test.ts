import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allPlaces, placeOf, placesOf, twinFile } from '../src/incidents.ts';
import { makeOwnFile, resetOwnFile } from '../src/own-files.ts';
import { openProgress } from '../src/progress.ts';
import { wrapped } from '../src/wrapped.ts';

const place = { incident: 'payment-processing', exercise: '2-freeze' };
const skeleton = readFileSync(twinFile(place, 'problem'), 'utf8');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workshop-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is made from the skeleton once, and never again over what stands there', () => {
  const file = join(folder, '2-freeze.ts');
  expect(makeOwnFile(place, file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(skeleton);
  writeFileSync(file, 'mine');
  expect(makeOwnFile(place, file)).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('a reset keeps what stood there beside it, each time under another name', () => {
  const file = join(folder, '2-freeze.ts');
  for (const text of ['first', 'second']) {
    writeFileSync(file, text);
    const copy = resetOwnFile(place, file);
    expect(copy === undefined ? undefined : readFileSync(copy, 'utf8')).toBe(text);
    expect(readFileSync(file, 'utf8')).toBe(skeleton);
  }
  expect(resetOwnFile(place, file)).toBeUndefined();
  expect(existsSync(join(folder, '2-freeze.kept-1.txt'))).toBe(true);
  expect(existsSync(join(folder, '2-freeze.kept-2.txt'))).toBe(true);
});

test('progress is kept, and a file that cannot be read is set aside', () => {
  const path = join(folder, 'progress.json');
  const attempt = { rules: { freeze: { holds: true, observed: '0 s' } }, isPassed: true, hints: 1 };
  openProgress(path).note('a/1', attempt);
  expect(openProgress(path).of('a/1')).toEqual(attempt);
  writeFileSync(path, '{"a/1": {');
  expect(openProgress(path).of('a/1')).toBeUndefined();
  expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe('{"a/1": {');
});

test('an exercise is found by its name, with its incident, and by the path of its file', () => {
  for (const word of [
    '2-freeze',
    'payment-processing/2-freeze',
    'C:\\x\\workshop\\payment-processing\\2-freeze.ts',
  ]) {
    expect(placesOf(word)).toEqual([place]);
  }
  expect(placesOf('payment-processing').length).toBeGreaterThan(3);
  expect(() => placeOf('2-freze')).toThrow(/Did you mean/);
});

test('who types a part of a name is told the name, and nobody is told all of them', () => {
  expect(() => placesOf('payment')).toThrow(/Did you mean payment-processing\?/);
  expect(() => placesOf('2-freez')).toThrow(/Did you mean 2-freeze\?/);
  expect(() => placesOf('qqqqqq')).toThrow(/no such exercise\. pnpm workshop list names all\.$/);
});

test('every exercise has a problem and a solution', () => {
  for (const each of allPlaces()) {
    expect(existsSync(twinFile(each, 'problem'))).toBe(true);
    expect(existsSync(twinFile(each, 'solution'))).toBe(true);
  }
});

test('a line has at most 80 columns, and a longer word stays whole', () => {
  const word = 'x'.repeat(100);
  const lines = wrapped(`${'word '.repeat(40)}${word}`, '  ');
  expect(lines.at(-1)).toBe(`  ${word}`);
  for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(80);
});
