import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyExample, AnyImplementation } from '@firedrill/core/scenario';
import {
  drawnKinds,
  drawStorm,
  runSeed,
  shrink,
  type StormResult,
  swarmSpace,
} from '@firedrill/core/swarm';
import { root } from '../workspace.ts';

/** A planted bug: a system with a name that says what is wrong with it. */
export type PlantedBug = AnyImplementation & {
  readonly flaw: string;
  /** What has to be on for it to show. */
  readonly settings?: Readonly<Record<string, unknown>>;
};

/** The planted bugs of an example, and the storms that may look for them. */
export interface Bank {
  readonly example: AnyExample;
  readonly bugs: readonly PlantedBug[];
}

/** What became of the search for one bug. */
export interface Found {
  readonly name: string;
  readonly flaw: string;
  /** The first rule that broke; `undefined` when none did. */
  readonly rule: string | undefined;
  /** Seeds that it took, from 1. */
  readonly seeds: number;
  readonly cpuSeconds: number;
  /** The storm that broke it; `undefined` when none did. */
  readonly failed: StormResult | undefined;
}

/** The smallest storm that shows a bug. */
export interface Shrunk {
  readonly faults: number;
  readonly runs: number;
  readonly cpuSeconds: number;
}

interface PlantedModule {
  readonly planted: readonly PlantedBug[];
  readonly elusive?: readonly PlantedBug[];
}

/** Reads the bank of an example: what stands in `test/planted`. */
export async function loadBank(name: string): Promise<Bank> {
  const { example } = await load<{ readonly example: AnyExample }>(name, 'src/example.ts');
  const { planted, elusive = [] } = await load<PlantedModule>(name, 'test/planted/index.ts');
  return { example, bugs: [...planted, ...elusive] };
}

/** Storm after storm, from seed 1 on, until one breaks a rule. */
export async function findBug({ example }: Bank, bug: PlantedBug, most: number): Promise<Found> {
  const space = await swarmSpace(example, drawnKinds(example), switchedOn(bug));
  const cpuSeconds = startCpu();
  let seeds = 0;
  let failed: StormResult | undefined;
  while (failed === undefined && seeds < most) {
    seeds += 1;
    const result = await runSeed(example, drawStorm(seeds, space), bug);
    if (result.breakage !== undefined) failed = result;
  }
  const { name, flaw } = bug;
  return { name, flaw, rule: failed?.breakage?.rule, seeds, cpuSeconds: cpuSeconds(), failed };
}

/**
 * Makes the storm that broke a bug as small as it gets.
 *
 * @throws Error when what is left breaks another rule, or none
 */
export async function shrinkBug(
  { example }: Bank,
  bug: PlantedBug,
  failed: StormResult,
): Promise<Shrunk> {
  const cpuSeconds = startCpu();
  const { storm, breakage, runs } = await shrink(failed, { example, implementation: bug });
  const shrunk = { faults: storm.faults.length, runs, cpuSeconds: cpuSeconds() };
  const again = await runSeed(example, storm, bug);
  if (again.breakage?.rule !== breakage.rule) {
    throw new Error(
      `The smallest storm for ${bug.name} breaks ${again.breakage?.rule ?? 'nothing'} and not ${breakage.rule}.`,
    );
  }
  return shrunk;
}

/** Seconds of one processor since now, each time it is asked. */
function startCpu(): () => number {
  const startedUs = process.cpuUsage().user;
  return () => (process.cpuUsage().user - startedUs) / 1e6;
}

/** The settings of a bug, as a storm holds them: 1 is on. */
const switchedOn = ({ settings = {} }: PlantedBug): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Number(value)]));

async function load<Module>(name: string, path: string): Promise<Module> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all examples have these files
  return (await import(pathToFileURL(join(root, 'examples', name, path)).href)) as Module;
}
