import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

/** A tenth of the people: for questions that do not depend on how many there are. */
const tenth = { arrivalsPerSecond: 0.4 };

const few = { arrivalsPerSecond: 0.25 };

exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  allowedModules: ['yjs'],
  planted,
  small,
  inFull: ['direct-calls', 'first-hundred', 'too-late', 'drops-every-tenth'],
  violations: {
    'only-what-the-role-may-see': /p-\d+ \((viewer|no role)\) in .* is sent/,
    'replicas-converge': /p-\d+ (does not see|sees)/,
  },
  hashed: { scenario: 'recovery', settings: tenth },
});

test.each(Array.from({ length: 2 }, (_, five) => 5 * five + 1))(
  'with few people, the hardened platform keeps every promise for five seeds from %i on',
  async (from) => {
    for (let seed = from; seed < from + 5; seed += 1) {
      const { records } = await collectRun(example, {
        scenario: 'failure',
        implementations: ['hardened'],
        seed,
        settings: few,
      });
      const failed = records.filter(isOf('check')).filter(({ ok, kind }) => !ok && kind !== 'sign');
      expect(
        failed,
        `--scenario=failure --implementation=hardened --seed=${seed} --set arrivalsPerSecond=0.25`,
      ).toEqual([]);
    }
  },
);

test('in small rooms nobody freezes for half a minute', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { allHandsShare: 0 },
  });
  const finished = records.find(isOf('phase.finished'));
  expect(finished?.summary['ownMax']).toBeLessThan(30_000);
});
