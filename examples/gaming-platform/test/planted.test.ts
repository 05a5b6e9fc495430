import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

test('the hardened shard holds under all the faults that show a planted bug, at once', async () => {
  const faults = planted.flatMap((bug) => bug.faults ?? []);
  const { records } = await collectRun(example, {
    scenario: 'failure',
    implementations: ['hardened'],
    settings: small,
    faults,
  });
  const broken = records.filter(isOf('check')).filter(({ ok, kind }) => !ok && kind !== 'sign');
  expect(faults.length).toBeGreaterThan(0);
  // While the process is down nobody is answered; that is all that a crash may do.
  expect(broken.map(({ name }) => name)).toEqual(['actions-count', 'tick-p99']);
});
