import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { traceFieldRemedy } from '../src/clients.ts';
import { example } from '../src/example.ts';

exampleContract(example, {
  faultKinds: ['slow', 'hang', 'error', 'drop-response', 'reset'],
  violations: {
    'no-access-without-entry': /patient-\d+ was accessed .* there is no entry/,
    'entry-before-access': /patient-\d+ is accessed \(request-\d+\)/,
    'lawful-only': /may not .* and did/,
  },
  hashed: { implementation: 'hardened' },
});

test('the repaired platform keeps nothing in memory, and what the auditors miss in the store', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  const samples = records.filter(isOf('sample'));
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('unsaved')).toBe(0);
  expect(peak('backlog')).toBeGreaterThan(1_000);
  expect(samples.at(-1)?.values).toMatchObject({ backlog: 0 });
  const names = new Set(records.filter(isOf('signal')).map(({ name }) => name));
  for (const name of ['process-crashed', 'auditors-behind', 'auditors-caught-up']) {
    expect(names, name).toContain(name);
  }
  const finished = records.find(isOf('phase.finished'));
  expect(finished?.summary).toMatchObject({ missing: 0, lostInMemory: 0, unreviewed: 0 });
  expect(finished?.summary['keysRotated']).toBeGreaterThan(300);
});

test('the sink is enough: without a rush and without crashes the trail has holes as well', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { peak: 1, crashes: 0 },
  });
  const checks = records.filter(isOf('check'));
  expect(checks.find(({ name }) => name === 'trail-has-holes')?.ok).toBe(true);
  const summary = records.find(isOf('phase.finished'))?.summary;
  expect(summary?.['missing']).toBeGreaterThan(100);
  // The power fails all the same.
  expect(summary?.['crashes']).toBe(3);
});

test('a trace may name patients that exist, and kinds of requests', () => {
  const settings = example.settings.parse({});
  expect(traceFieldRemedy('patient', 'patient-0001', settings)).toBeUndefined();
  expect(traceFieldRemedy('patient', 'patient-9999', settings)).toContain('patient-0400');
  expect(traceFieldRemedy('kind', 'book', settings)).toBeUndefined();
  expect(traceFieldRemedy('kind', 'erase', settings)).toContain('read, update, book');
});
