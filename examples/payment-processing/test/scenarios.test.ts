import { runRecordSchema } from '@firedrill/core/scenario/record';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';

/** A failing seed is replayed by: pnpm --filter payment-processing start -- --scenario=… --seed=… */
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
    new Set(['slow', 'hang', 'drop-response', 'duplicate', 'reorder']),
  );
  for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
});

test('breakers are seen open, half-open and closed again', async () => {
  const { records } = await collectRun(example, {
    scenario: 'recovery',
    implementation: 'hardened',
  });
  const samples = records.filter(isOf('sample')).filter(({ phase }) => phase === 'hardened');
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('breakersOpen')).toBeGreaterThan(0);
  expect(peak('breakersHalfOpen')).toBeGreaterThan(0);
  expect(samples.at(-1)?.values).toMatchObject({ breakersOpen: 0, breakersHalfOpen: 0 });
  const names = records.filter(isOf('signal')).map(({ name }) => name);
  expect(names).toContain('breakers-closed');
});

test.each(['direct-calls', 'floating-promises', 'event-emitter', 'hooks'])(
  '%s in place of the repaired system fails, naming the first event that broke an invariant',
  async (implementation) => {
    const { records, finished } = await collectRun(example, {
      scenario: 'recovery',
      implementation,
    });
    expect(finished.verdict).toBe('check-failed');
    const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
    const charge = broken.find(({ name }) => name === 'no-double-charge');
    expect(charge?.firstViolation?.text).toMatch(/order-\d+ is charged 2 times/);
  },
);

test('the hardened system in place of the broken one: the incident does not happen, and that fails', async () => {
  const { finished } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  expect(finished.verdict).toBe('check-failed');
});

test('without the rush and without hanging merchants there is no freeze', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { peak: 1, hangShare: 0 },
  });
  const freeze = records.filter(isOf('check')).find(({ name }) => name === 'freeze');
  expect(freeze?.ok).toBe(false);
});
