import { expect, test } from 'vitest';
import { paymentRun } from '../report/fixtures/payment-run.ts';
import { createWhereabouts } from './where.ts';

test('before the first record a run is at its start', () => {
  const where = createWhereabouts();
  expect(where.text).toBe('the start');
  expect(where.progress).toBe(0);
});

test('a run is where its last record was', () => {
  const where = createWhereabouts();
  for (const record of paymentRun({ scenario: 'recovery', durationMs: 600_000 })) {
    where.see(record);
    if (record.type === 'sample' && record.phase === 'hardened' && record.atMs === 300_000) break;
  }
  expect(where.text).toMatch(/^14:05:00 of virtual time, phase 2 of 2$/);
  expect(where.progress).toBe(0.75);
});

test('a run whose last phase is judged is after the verdict, while its cause is proven', () => {
  const where = createWhereabouts();
  const texts: string[] = [];
  for (const record of paymentRun({ scenario: 'recovery', durationMs: 60_000 })) {
    where.see(record);
    if (record.type === 'verdict') texts.push(where.text);
  }
  expect(texts).toEqual([
    '14:02:00 of virtual time, phase 1 of 2',
    '14:02:00 of virtual time, after the verdict',
  ]);
});

test('progress never falls, and ends with the whole', () => {
  const where = createWhereabouts();
  let before = 0;
  for (const record of paymentRun({ scenario: 'story', durationMs: 60_000 })) {
    where.see(record);
    expect(where.progress).toBeGreaterThanOrEqual(before);
    before = where.progress;
  }
  expect(before).toBe(1);
});
