import { expect, test } from '../../peers/vitest.ts';
import {
  drawnKinds,
  type PlannedStorms,
  planStorms,
  runSeed,
  stormLine,
  type SwarmStorm,
} from '../../swarm/index.ts';
import type { AnyExample, DefinedExample } from '../example.ts';
import { repairedOf } from '../example.ts';
import type { ExampleTypes } from '../types.ts';

const firstSeed = 1;

/**
 * Declares the tests, with vitest, that the repaired system holds in the first storms of the swarm, and in those in
 * which one service hangs for a minute. One that breaks it gives the line that replays it; `pnpm swarm` makes it
 * smaller.
 *
 * @param storms how many of the first: as many as five seconds hold
 */
export function stormsHoldContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  { storms }: { readonly storms: number },
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const { name } = repairedOf(example);

  const expectHolds = async (storm: SwarmStorm): Promise<void> => {
    const { breakage } = await runSeed(example, storm, name);
    const told = `${breakage?.rule}: ${breakage?.text}\n${stormLine(example.name, storm)}`;
    expect(breakage, told).toBeUndefined();
  };
  // To plan them, the world of the example is opened with each of its switches: once, for all of them.
  let random: Promise<PlannedStorms> | undefined;

  const seeds = Array.from({ length: storms }, (_, index) => ({ seed: firstSeed + index }));
  test.each(seeds)(`${name} holds in the random storm of seed $seed`, async ({ seed }) => {
    random ??= planStorms(example, drawnKinds(example), { kind: 'drawn' }, firstSeed);
    const { stormOf } = await random;
    await expectHolds(stormOf(seed));
  });

  test(`${name} holds whichever service hangs for a minute`, async () => {
    const { count = 0, stormOf } = await planStorms(
      example,
      ['hang'],
      { kind: 'each-fault' },
      firstSeed,
    );
    expect(count).toBeGreaterThan(0);
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1)
      await expectHolds(stormOf(seed));
  });
}
