import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { brokenWithFew, few } from './few-people.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

/** A quarter of the people, who stay as long as in the storm in full. */
const quarter = { arrivalsPerSecond: 1 };

exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  allowedModules: ['yjs'],
  planted,
  small,
  inFull: ['direct-calls'],
  larger: {
    'first-hundred': quarter,
    'drops-every-tenth': quarter,
    'too-late': { arrivalsPerSecond: 2 },
  },
  violations: {
    'only-what-the-role-may-see': /p-\d+ \((viewer|no role)\) in .* is sent/,
    'replicas-converge': /p-\d+ (does not see|sees)/,
  },
  hashed: { scenario: 'recovery', settings: few },
});

test('with few people, the hardened platform keeps every promise for five seeds from 1 on', async () => {
  for (let seed = 1; seed <= 5; seed += 1) expect(await brokenWithFew(seed)).toEqual([]);
});

test('in small rooms nobody freezes for half a minute', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { allHandsShare: 0 },
  });
  const finished = records.find(isOf('phase.finished'));
  expect(finished?.summary['ownMax']).toBeLessThan(30_000);
});
