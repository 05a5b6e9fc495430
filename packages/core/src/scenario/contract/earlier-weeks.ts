import { expect, test } from '../../peers/vitest.ts';
import { drawnKinds, drawStorm, runSeed, swarmSpace } from '../../swarm/index.ts';
import type { AnyExample, DefinedExample } from '../example.ts';
import { implementationsOf, repairedOf } from '../example.ts';
import type { ExampleTypes } from '../types.ts';

/** A swarm that needs more seeds for a system that is known to be wrong attacks too gently. */
const seedsAtMost = 5;

/** Declares the tests, with vitest, that storms at random break every implementation before the repaired one. */
export function earlierWeeksContract<E extends ExampleTypes>(defined: DefinedExample<E>): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const { week } = repairedOf(example);
  const earlier = implementationsOf(example).filter((each) => each.week < week);
  test.each(earlier.map(({ name }) => ({ name })))(
    `random storms break $name within ${seedsAtMost} seeds`,
    async ({ name }) => {
      const space = await swarmSpace(example, drawnKinds(example));
      for (let seed = 1; seed <= seedsAtMost; seed += 1) {
        const { breakage } = await runSeed(example, drawStorm(seed, space), name);
        if (breakage !== undefined) return;
      }
      expect.fail(`no storm of seeds 1 to ${seedsAtMost} breaks ${name}`);
    },
  );
}
