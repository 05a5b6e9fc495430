import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { traceFieldRemedy } from '../src/clients.ts';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { eighth, quarter, small } from './small.ts';

const { repairedInFailure } = exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  // Fields are sealed with what Node has for it.
  allowedModules: ['node:crypto'],
  planted,
  small: quarter,
  smallest: eighth,
  larger: { 'drops-every-tenth': small },
  violations: {
    'no-access-without-entry': /patient-\d+ was accessed .* there is no entry/,
    'entry-before-access': /patient-\d+ is accessed \(request-\d+\)/,
    'lawful-only': /may not .* and did/,
  },
  hashed: { settings: { peak: 2 } },
});

test('the repaired platform keeps nothing in memory, and what the auditors miss in the store', async () => {
  const { records } = await repairedInFailure();
  const samples = records.filter(isOf('sample'));
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('unsaved')).toBe(0);
  expect(peak('backlog')).toBeGreaterThan(500);
  expect(samples.at(-1)?.values).toMatchObject({ backlog: 0 });
  const names = new Set(records.filter(isOf('signal')).map(({ name }) => name));
  for (const name of ['process-crashed', 'auditors-behind', 'auditors-caught-up']) {
    expect(names, name).toContain(name);
  }
});

test('a trace may name patients that exist, and kinds of requests', () => {
  const settings = example.settings.parse({});
  expect(traceFieldRemedy('patient', 'patient-0001', settings)).toBeUndefined();
  expect(traceFieldRemedy('patient', 'patient-9999', settings)).toContain('patient-0400');
  expect(traceFieldRemedy('kind', 'book', settings)).toBeUndefined();
  expect(traceFieldRemedy('kind', 'erase', settings)).toContain('read, update, book');
});
