import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyExample, AnyImplementation } from '@firedrill/core/scenario';
import { drawnKinds, drawStorm, runSeed, swarmSpace } from '@firedrill/core/swarm';
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
  const startedUs = process.cpuUsage().user;
  let seeds = 0;
  let rule: string | undefined;
  while (rule === undefined && seeds < most) {
    seeds += 1;
    const { breakage } = await runSeed(example, drawStorm(seeds, space), bug);
    rule = breakage?.rule;
  }
  const cpuSeconds = (process.cpuUsage().user - startedUs) / 1e6;
  return { name: bug.name, flaw: bug.flaw, rule, seeds, cpuSeconds };
}

/** The settings of a bug, as a storm holds them: 1 is on. */
const switchedOn = ({ settings = {} }: PlantedBug): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Number(value)]));

async function load<Module>(name: string, path: string): Promise<Module> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all examples have these files
  return (await import(pathToFileURL(join(root, 'examples', name, path)).href)) as Module;
}
