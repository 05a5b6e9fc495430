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
import { faultTargets } from '../fault-targets.ts';
import type { ExampleTypes } from '../types.ts';

const firstSeed = 1;

/**
 * Declares the tests, with vitest, that the repaired system holds in the first storms of the swarm, and in those in
 * which one service hangs for a minute: of services with the same operations, the first one; see
 * {@link hangsHoldContract}. One that breaks it gives the line that replays it; `pnpm swarm` makes it
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

  // To plan them, the world of the example is opened with each of its switches: once, for all of them.
  let random: Promise<PlannedStorms> | undefined;

  const seeds = Array.from({ length: storms }, (_, index) => ({ seed: firstSeed + index }));
  test.each(seeds)(`${name} holds in the random storm of seed $seed`, async ({ seed }) => {
    random ??= planStorms(example, drawnKinds(example), { kind: 'drawn' }, firstSeed);
    const { stormOf } = await random;
    await expectHolds(example, stormOf(seed));
  });

  test(`${name} holds whichever service hangs for a minute`, async () => {
    const hanging = await unlike(example, await hangs(example));
    expect(hanging.length).toBeGreaterThan(0);
    for (const storm of hanging) await expectHolds(example, storm);
  });
}

/**
 * Declares the test, with vitest, that the repaired system holds whichever service hangs for a minute, of those that
 * are alike each one: for a bank, where some are.
 */
export function hangsHoldContract<E extends ExampleTypes>(defined: DefinedExample<E>): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  test(`${repairedOf(example).name} holds whichever service hangs for a minute, alike or not`, async () => {
    const storms = await hangs(example);
    expect(storms.length).toBeGreaterThan(0);
    for (const storm of storms) await expectHolds(example, storm);
  });
}

async function expectHolds(example: AnyExample, storm: SwarmStorm): Promise<void> {
  const { breakage } = await runSeed(example, storm);
  const told = `${breakage?.rule}: ${breakage?.text}\n${stormLine(example.name, storm)}`;
  expect(breakage, told).toBeUndefined();
}

/** The storms in which one service hangs, one for each. */
async function hangs(example: AnyExample): Promise<readonly SwarmStorm[]> {
  const { count = 0, stormOf } = await planStorms(
    example,
    ['hang'],
    { kind: 'each-fault' },
    firstSeed,
  );
  return Array.from({ length: count }, (_, index) => stormOf(firstSeed + index));
}

/** Of storms on services with the same operations and the same settings, the first. */
async function unlike(
  example: AnyExample,
  storms: readonly SwarmStorm[],
): Promise<readonly SwarmStorm[]> {
  const known = new Set<string>();
  const chosen: SwarmStorm[] = [];
  for (const storm of storms) {
    const targets = await faultTargets(example, example.settings.parse(storm.settings));
    const struck = targets.filter(({ name }) =>
      storm.faults.some(({ service }) => service === name),
    );
    const operations = struck.map((each) => each.operations.join(' ') || each.name);
    // What a setting brings stands beside what is there without it.
    const what = JSON.stringify([storm.settings, ...operations]);
    if (!known.has(what)) chosen.push(storm);
    known.add(what);
  }
  return chosen;
}
