import { expect, test } from 'vitest';
import type { RunRecord, RunStarted } from './record.ts';
import { createRecorder, rounded, roundedValues } from './recorder.ts';

const started: RunStarted = {
  type: 'run.started',
  v: 2,
  example: 'e',
  title: 'E',
  scenario: 'failure',
  scenarioTitle: 'F',
  seed: 1,
  startsAt: '2026-11-27T14:00:00Z',
  durationMs: 1_000,
  options: {},
  phases: [],
  charts: [],
  series: [],
  metrics: [],
};
const story: RunRecord = { type: 'story', text: 'hello' };

function hashOf(...records: readonly RunRecord[]): string {
  const recorder = createRecorder(() => {});
  for (const record of records) recorder.write(record);
  return recorder.hash();
}

test('the hash depends on every record and on their order', () => {
  expect(hashOf(started, story)).not.toBe(hashOf(started));
  expect(hashOf(started, story)).not.toBe(hashOf(story, started));
  expect(hashOf(started, story)).toBe(hashOf(started, { ...story }));
});

test('the commit is in the record and not in the hash', () => {
  const seen: RunRecord[] = [];
  const recorder = createRecorder((record) => seen.push(record));
  recorder.write({ ...started, commit: 'abc' });
  expect(seen[0]).toHaveProperty('commit', 'abc');
  expect(recorder.hash()).toBe(hashOf(started));
});

test('figures are rounded to three decimals', () => {
  expect(rounded(1.23456)).toBe(1.235);
  expect(roundedValues({ a: 0.1 + 0.2 })).toEqual({ a: 0.3 });
});
