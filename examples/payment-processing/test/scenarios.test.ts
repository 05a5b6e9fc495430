import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';

exampleContract(example, {
  faultKinds: ['slow', 'hang', 'drop-response', 'duplicate', 'reorder'],
  violations: { 'no-double-charge': /order-\d+ is charged 2 times/ },
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

test('without the rush and without hanging merchants there is no freeze', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { peak: 1, hangShare: 0 },
  });
  const freeze = records.filter(isOf('check')).find(({ name }) => name === 'freeze');
  expect(freeze?.ok).toBe(false);
});
