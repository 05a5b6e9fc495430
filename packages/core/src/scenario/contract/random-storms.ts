import { expect, test } from '../../peers/vitest.ts';
import { drawnKinds, drawStorm, runSeed, stormLine, swarmSpace } from '../../swarm/index.ts';
import type { AnyExample, DefinedExample } from '../example.ts';
import { repairedOf } from '../example.ts';
import type { ExampleTypes } from '../types.ts';

/**
 * Declares the tests, with vitest, that the repaired system holds in the first storms of the swarm, as many as
 * about five seconds hold. One that breaks it gives the line that replays it, and `pnpm swarm` makes it smaller.
 */
export function randomStormsContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  { storms }: { readonly storms: number },
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const { name } = repairedOf(example);
  const seeds = Array.from({ length: storms }, (_, index) => ({ seed: index + 1 }));
  test.each(seeds)(`${name} holds in the random storm of seed $seed`, async ({ seed }) => {
    const storm = drawStorm(seed, await swarmSpace(example, drawnKinds(example)));
    const { breakage } = await runSeed(example, storm, name);
    const told = `${breakage?.rule}: ${breakage?.text}\n${stormLine(example.name, storm)}`;
    expect(breakage, told).toBeUndefined();
  });
}
