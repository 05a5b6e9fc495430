import { runRecordSchema } from '@firedrill/core/scenario/record';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { traceFieldRemedy } from '../src/clients.ts';
import { example } from '../src/example.ts';

/** A failing seed is replayed by: pnpm --filter audit-compliance start -- --scenario=… --seed=… */
describe.each(['failure', 'recovery', 'scale', 'story'] as const)('%s', (scenario) => {
  test('ends as expected, with every record as its schema says', async () => {
    const { records, finished } = await collectRun(example, { scenario });
    const failed = records.filter(isOf('check')).filter(({ ok }) => !ok);
    expect(failed).toEqual([]);
    expect(finished.verdict).toBe('as-expected');
    for (const record of records) runRecordSchema.parse(record);
  });
});

test('the same seed gives the same hash, and another seed another', async () => {
  // Keys, nonces and signatures included.
  const options = { scenario: 'failure', implementation: 'hardened' } as const;
  const [first, second, other] = [
    await collectRun(example, options),
    await collectRun(example, options),
    await collectRun(example, { ...options, seed: 2 }),
  ];
  expect(second.finished.hash).toBe(first.finished.hash);
  expect(other.finished.hash).not.toBe(first.finished.hash);
});

test('every fault of the storm fires, and is counted', async () => {
  const { records } = await collectRun(example, { scenario: 'failure' });
  const ended = records.filter(isOf('fault.ended'));
  expect(new Set(ended.map(({ fault }) => fault.kind))).toEqual(
    new Set(['slow', 'hang', 'error', 'drop-response', 'reset']),
  );
  for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
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

test.each(['direct-calls', 'floating-promises', 'buffer', 'hooks'])(
  '%s in place of the repaired platform fails, naming the first event that broke an invariant',
  async (implementation) => {
    const { records, finished } = await collectRun(example, {
      scenario: 'recovery',
      implementation,
    });
    expect(finished.verdict).toBe('check-failed');
    const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
    const missing = broken.find(({ name }) => name === 'no-access-without-entry');
    expect(missing?.firstViolation?.text).toMatch(/patient-\d+ was accessed .* there is no entry/);
    const before = broken.find(({ name }) => name === 'entry-before-access');
    expect(before?.firstViolation?.text).toMatch(/patient-\d+ is accessed \(request-\d+\)/);
    const lawful = broken.find(({ name }) => name === 'lawful-only');
    expect(lawful?.firstViolation?.text).toMatch(/may not .* and did/);
  },
);

test('the hardened platform in place of the broken one: the incident does not happen, and that fails', async () => {
  const { finished } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  expect(finished.verdict).toBe('check-failed');
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
