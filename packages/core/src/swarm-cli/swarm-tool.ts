import process from 'node:process';
import {
  atLeast,
  choose,
  count,
  escaped,
  exitCodes,
  newCommand,
  programCommand,
  repeatableOption,
  runTool,
  seed,
  UsageError,
  valueOption,
} from '../command-line/index.ts';
import { parseSettings } from '../cli/settings.ts';
import { implementationsOf } from '../scenario/example.ts';
import { type FaultKind, faultKinds } from '../services/index.ts';
import type { StormPlan } from '../swarm/index.ts';
import type { FoundExample } from './find-examples.ts';
import { loadExample, type LoadedExample } from './load-example.ts';
import { runSwarm } from './run-swarm.ts';

interface Flags {
  readonly seeds?: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly implementation?: string;
  readonly jobs: number;
  readonly faultKinds: readonly string[];
  readonly set: readonly string[];
  readonly json: boolean;
  readonly keep: boolean;
  readonly shrink: number;
  readonly eachFault?: true;
  readonly eachCrash?: number;
}

const defaultSeeds = 100;

const defaults: Flags = {
  seed: 1,
  jobs: 2,
  faultKinds: [],
  set: [],
  json: false,
  keep: true,
  shrink: 3,
};

const newSwarmCommand = () =>
  newCommand(
    programCommand('swarm'),
    'Lets storms that nobody chose loose on the repaired systems, and shrinks what breaks to one line.',
  )
    .usage('[options] [example...]')
    .addOption(
      valueOption('--seeds <n>', 'storms an example (default: 100)', count(1, 1_000_000, '100')),
    )
    .addOption(
      valueOption(
        '--minutes <n>',
        'as many storms as fit into this time instead',
        atLeast(0.01, '5'),
      ),
    )
    .addOption(valueOption('--seed <n>', 'the first seed (default: 1)', seed))
    .addOption(valueOption('--implementation <name>', 'another system than the repaired one'))
    .addOption(
      valueOption(
        '--jobs <n>',
        'threads (default: 2); the storms are the same for any number',
        count(1, 64, '2'),
      ),
    )
    .addOption(
      repeatableOption('--fault-kinds <kinds>', 'only these kinds, with commas between them'),
    )
    .addOption(repeatableOption('--set <key=value>', 'a setting of every storm, whatever is drawn'))
    .addOption(
      valueOption(
        '--shrink <n>',
        'how many rules an example to shrink a storm for (default: 3)',
        count(0, 1_000, '3'),
      ),
    )
    .option(
      '--each-fault',
      'instead: each kind of fault on each service, one at a time, for a minute',
    )
    .addOption(
      valueOption(
        '--each-crash <n>',
        'instead: the storm of recovery in small, with one crash at each of so many moments',
        count(1, 1_000_000, '200'),
      ),
    )
    .option('--no-keep', 'write no file into test/storms of the example')
    .option('--json', 'one JSON object a line, and nothing else, to standard output');

/**
 * The whole of `pnpm swarm` on the examples that are found. Sets the exit code: 1 when something broke,
 * could not be run, or when faults excused more than a fifth of what was judged.
 */
export async function swarmTool(find: () => readonly FoundExample[]): Promise<void> {
  await runTool<Flags>(newSwarmCommand(), { defaults, takesWords: true }, async (flags, words) => {
    const kinds = kindsOf(flags.faultKinds);
    const plan = planOf(flags);
    const stop = new AbortController();
    let stoppedWith: number | undefined;
    const stopWith = (code: number) => () => {
      stoppedWith = code;
      stop.abort();
    };
    process.once('SIGINT', stopWith(exitCodes.interrupted));
    process.once('SIGTERM', stopWith(exitCodes.terminated));
    const found = chosen(words, find());
    const examples = await loaded(found);
    if (flags.implementation !== undefined) mustBeOfAll(flags.implementation, examples);
    const settings = examples.map((each) => givenSettings(each, flags.set));
    let isBroken = examples.length < found.length;
    for (const [at, example] of examples.entries()) {
      const isWell = await runSwarm({
        ...flags,
        seeds: flags.seeds ?? defaultSeeds,
        example,
        kinds,
        plan: { ...plan, settings: settings[at] ?? {} },
        signal: stop.signal,
      });
      isBroken ||= !isWell;
      if (stoppedWith !== undefined) return stoppedWith;
    }
    return isBroken ? exitCodes.checkFailed : exitCodes.asExpected;
  });
}

/** Examples that can be loaded; what is wrong with the others is told, and stops nothing. */
async function loaded(found: readonly FoundExample[]): Promise<readonly LoadedExample[]> {
  const examples: LoadedExample[] = [];
  for (const each of found) {
    const example = await loadExample(each);
    if (typeof example === 'string') process.stderr.write(`${escaped(example)}\n`);
    else examples.push(example);
  }
  return examples;
}

/** Refuses the name of an implementation that one of the examples does not have. */
function mustBeOfAll(implementation: string, examples: readonly LoadedExample[]): void {
  for (const { name, example } of examples) {
    const names = implementationsOf(example).map((each) => each.name);
    if (names.includes(implementation)) continue;
    throw new UsageError({
      given: `--implementation=${implementation}`,
      cause: `${name} has no such implementation`,
      remedy: `${choose(implementation, names)} Or name the examples that have it.`,
    });
  }
}

/** What `--set` says, checked by the example; a storm holds numbers alone, and on is 1. */
function givenSettings(
  { example }: LoadedExample,
  assignments: readonly string[],
): Readonly<Record<string, number>> {
  const { settings } = parseSettings(example.settings, assignments);
  const names = new Set(assignments.map((assignment) => assignment.split('=', 1)[0]));
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      names.has(name) ? [[name, Number(value)]] : [],
    ),
  );
}

/** The examples that were named, or all. */
function chosen(words: readonly string[], all: readonly FoundExample[]): readonly FoundExample[] {
  if (words.length === 0) return all;
  return [...new Set(words)].map((word) => {
    const found = all.find(({ name }) => name === word || name.endsWith(`/${word}`));
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name);
    throw new UsageError({
      given: `"${word}"`,
      cause: 'there is no such example',
      remedy: choose(word, names),
    });
  });
}

/** What the storms are made of; a plan has as many as it has. */
function planOf({ eachFault, eachCrash, seeds, minutes }: Flags): StormPlan {
  const given = Object.entries({
    '--each-fault': eachFault,
    '--each-crash': eachCrash,
    '--seeds': seeds,
    '--minutes': minutes,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  const [plan = '', other] = given;
  if (plan.startsWith('--each') && other !== undefined) {
    throw new UsageError({
      given: `${plan} ${other}`,
      cause: `${plan} says how many storms there are`,
      remedy: `Leave out one of the two.`,
    });
  }
  if (eachFault === true) return { kind: 'each-fault' };
  return eachCrash === undefined ? { kind: 'drawn' } : { kind: 'each-crash', crashes: eachCrash };
}

/** In an order of their own, so that the same kinds draw the same storms however they are written. */
function kindsOf(lists: readonly string[]): readonly FaultKind[] {
  if (lists.length === 0) return faultKinds;
  const named = new Set(
    lists
      .flatMap((list) => list.split(','))
      .map((word) => {
        const kind = faultKinds.find((each) => each === word);
        if (kind !== undefined) return kind;
        throw new UsageError({
          given: `--fault-kinds=${word}`,
          cause: `"${word}" is no kind of fault`,
          remedy: choose(word, faultKinds),
        });
      }),
  );
  return faultKinds.filter((kind) => named.has(kind));
}
