import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import {
  type Breakage,
  shrink,
  storedStormText,
  stormLine,
  type StormResult,
  type SwarmStorm,
} from '../swarm/index.ts';
import type { LoadedExample } from './load-example.ts';

export interface ShrinkBrokenOptions {
  readonly example: LoadedExample;
  /** As it was asked for; `undefined` for the repaired one. */
  readonly implementation: string | undefined;
  /** Name of what was run. */
  readonly name: string;
  /** How many rules to shrink a storm for. */
  readonly most: number;
  /** Whether to write a file into `test/storms`. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/** A rule that broke, and the smallest storm that shows it. */
export interface BrokenRule {
  readonly rule: string;
  /** Seeds of the storms that broke it. */
  readonly seeds: readonly number[];
  readonly storm: SwarmStorm;
  readonly breakage: Breakage;
  /** Runs that shrinking took; `undefined` when the storm is as it was drawn. */
  readonly runs: number | undefined;
  /** The command that shows it. */
  readonly line: string;
  /** The file in which it is kept. */
  readonly file: string | undefined;
}

/** The first storm of each rule that broke, made as small as it gets; one after the other, as each is asked for. */
export async function* shrinkBroken(
  broken: readonly StormResult[],
  { example: found, implementation, name, most, keep, signal }: ShrinkBrokenOptions,
): AsyncGenerator<BrokenRule> {
  const rules = Map.groupBy(broken, ({ breakage }) => breakage?.rule ?? '');
  for (const [at, [rule, results]] of [...rules].entries()) {
    const [failed] = results;
    if (failed?.breakage === undefined) continue;
    const seeds = results.map(({ storm }) => storm.seed);
    const line = (storm: SwarmStorm): string => stormLine(found.name, storm, implementation);
    if (signal.aborted || at >= most) {
      const { storm, breakage } = failed;
      yield { rule, seeds, storm, breakage, runs: undefined, line: line(storm), file: undefined };
      continue;
    }
    const { storm, breakage, runs } = await shrink(failed, {
      example: found.example,
      implementation,
      isOver: () => signal.aborted,
    });
    const file = keep ? keepStorm(found, name, rule, storm, breakage) : undefined;
    yield { rule, seeds, storm, breakage, runs, line: line(storm), file };
  }
}

/** Writes a storm where the tests of the example replay it; gives the file as seen from here. */
function keepStorm(
  { folder: home }: LoadedExample,
  name: string,
  rule: string,
  storm: SwarmStorm,
  { text }: Breakage,
): string {
  const folder = join(home, 'test/storms');
  const file = join(folder, `${name}-${rule}-${storm.seed}.json`);
  mkdirSync(folder, { recursive: true });
  const stored = { implementation: name, expects: { breaks: rule }, found: text, ...storm };
  writeFileSync(file, storedStormText(stored));
  return relative(process.cwd(), file);
}
