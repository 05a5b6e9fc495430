import { runRecordSchema } from '@firedrill/core/scenario/record';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { traceFieldRemedy } from '../src/clients.ts';
import { example } from '../src/example.ts';

/** A failing seed is replayed by: pnpm --filter inventory-management start -- --scenario=… --seed=… */
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
  const [first, second, other] = [
    await collectRun(example, { scenario: 'failure' }),
    await collectRun(example, { scenario: 'failure' }),
    await collectRun(example, { scenario: 'failure', seed: 2 }),
  ];
  expect(second.finished.hash).toBe(first.finished.hash);
  expect(other.finished.hash).not.toBe(first.finished.hash);
});

test('every fault of the storm fires, and is counted', async () => {
  const { records } = await collectRun(example, { scenario: 'recovery' });
  const ended = records.filter(isOf('fault.ended'));
  expect(new Set(ended.map(({ fault }) => fault.kind))).toEqual(
    new Set(['slow', 'hang', 'error', 'drop-response']),
  );
  for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
});

test('the repaired shop shows its breakers, its fleet, and carts that expire', async () => {
  const { records } = await collectRun(example, {
    scenario: 'recovery',
    implementation: 'hardened',
  });
  const samples = records.filter(isOf('sample')).filter(({ phase }) => phase === 'hardened');
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('breakersOpen')).toBe(2);
  expect(peak('missedUpdates')).toBeGreaterThan(0);
  expect(peak('nodes')).toBeGreaterThan(2);
  expect(peak('expired')).toBeGreaterThan(100);
  expect(samples.at(-1)?.values).toMatchObject({
    breakersOpen: 0,
    breakersHalfOpen: 0,
    missedUpdates: 0,
    openReservations: 0,
  });
  const names = new Set(records.filter(isOf('signal')).map(({ name }) => name));
  for (const name of ['breakers-closed', 'caught-up', 'carts-expire', 'fleet-grows']) {
    expect(names, name).toContain(name);
  }
});

test.each(['direct-calls', 'floating-promises', 'event-emitter', 'hooks'])(
  '%s in place of the repaired shop fails, naming the first event that broke an invariant',
  async (implementation) => {
    const { records, finished } = await collectRun(example, {
      scenario: 'recovery',
      implementation,
    });
    expect(finished.verdict).toBe('check-failed');
    const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
    const conserved = broken.find(({ name }) => name === 'stock-conserved');
    expect(conserved?.firstViolation?.text).toMatch(/p-\d+: -?\d+ available, .* of the start/);
    const once = broken.find(({ name }) => name === 'sold-once');
    expect(once?.firstViolation?.text).toMatch(/order-\d+ is charged/);
  },
);

test('the hardened shop in place of the broken one: the incident does not happen, and that fails', async () => {
  const { finished } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  expect(finished.verdict).toBe('check-failed');
});

test('without the rush retries add little, and nothing is oversold', async () => {
  const { records } = await collectRun(example, { scenario: 'failure', settings: { peak: 1 } });
  const checks = records.filter(isOf('check'));
  expect(checks.find(({ name }) => name === 'retry-storm')?.ok).toBe(false);
  expect(checks.find(({ name }) => name === 'breaks-never-oversold')?.ok).toBe(false);
});

test('a trace may name products that exist, and whole quantities', () => {
  const settings = example.settings.parse({});
  expect(traceFieldRemedy('product', 'p-001', settings)).toBeUndefined();
  expect(traceFieldRemedy('product', 'p-999', settings)).toContain('p-200');
  expect(traceFieldRemedy('quantity', '3', settings)).toBeUndefined();
  expect(traceFieldRemedy('quantity', '1.5', settings)).toContain('whole');
});
