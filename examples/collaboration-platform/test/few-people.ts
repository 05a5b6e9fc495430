import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { example } from '../src/example.ts';

/** A sixteenth of the people: for questions that do not depend on how many there are. */
export const few = { arrivalsPerSecond: 0.25 };

/** What the hardened platform breaks among few people, each with the flags that show it. */
export async function brokenWithFew(seed: number): Promise<readonly string[]> {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    implementations: ['hardened'],
    seed,
    settings: few,
  });
  const failed = records.filter(isOf('check')).filter(({ ok, kind }) => !ok && kind !== 'sign');
  return failed.map(
    ({ name, observed }) =>
      `${name}: ${observed}; --scenario=failure --implementation=hardened --seed=${seed} --set arrivalsPerSecond=${few.arrivalsPerSecond}`,
  );
}
