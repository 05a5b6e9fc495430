import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

const where = { see() {}, progress: 0.421, text: '14:05:00 of virtual time, phase 1 of 2' };

function setUp() {
  const written: string[] = [];
  let now = 0;
  const output = { write: (text: string) => written.push(text) };
  return { written, progress: progressLine(output, () => now), pass: (ms: number) => (now += ms) };
}

test('the line is rewritten in place', () => {
  const { written, progress } = setUp();
  progress.update(where);
  expect(written).toEqual(['\r\u001B[K42 %  14:05:00 of virtual time, phase 1 of 2']);
});

test('it is not redrawn more often than it can be read', () => {
  const { written, progress, pass } = setUp();
  for (let i = 0; i < 1_000; i += 1) {
    progress.update(where);
    pass(1);
  }
  expect(written).toHaveLength(10);
});

test('clearing leaves nothing behind, and writes nothing where nothing was', () => {
  const { written, progress } = setUp();
  progress.clear();
  expect(written).toEqual([]);
  progress.update(where);
  progress.clear();
  progress.clear();
  expect(written.slice(1)).toEqual(['\r\u001B[K']);
});
