import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import {
  choose,
  count,
  exitCodes,
  newCommand,
  runTool,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { type Mutant, mutate } from './mutants/mutate.ts';
import type { Outcome } from './mutants/search.ts';
import { tryMutants } from './mutants/try-mutants.ts';
import { chosen } from './rules/plan.ts';
import { exampleNames } from './workspace.ts';

const command = newCommand(
  'pnpm mutants',
  'Changes the code of each repaired system in one place at a time, lets random storms loose on it, and lists the ' +
    'changes that nothing noticed: to be read, as some change nothing that anybody could see. Exits 1 when the ' +
    'system as it is does not hold.',
)
  .usage('[example...] [options]')
  .addOption(
    valueOption(
      '--seeds <n>',
      'storms, of which those that reach a change are tried (default: 30)',
      count(1, 100_000, '30'),
    ),
  )
  .addOption(
    valueOption('--every <n>', 'only one change in so many (default: 10)', count(1, 10_000, '10')),
  )
  .addOption(
    valueOption('--file <text>', 'only of files whose name has this in it, such as keeper'),
  )
  .addOption(
    valueOption('--jobs <n>', 'threads (default: one for each processor)', count(1, 64, '2')),
  );

interface Flags {
  readonly seeds: number;
  readonly every: number;
  readonly file?: string;
  readonly jobs: number;
}

const defaults = { seeds: 30, every: 10, jobs: availableParallelism() };

await runTool<Flags>(command, { defaults, takesWords: true }, async (flags, words) => {
  const { seeds, every, file = '', jobs } = flags;
  const systems = await Promise.all(
    chosen(words, exampleNames()).map(async (example) => {
      const { mutants, sources } = await mutate(example);
      const some = mutants.filter((each) => each.file.includes(file));
      return { example, mutants, sources, some };
    }),
  );
  if (systems.every(({ some }) => some.length === 0)) {
    const files = systems.flatMap(({ mutants }) => mutants.map((each) => each.file));
    throw new UsageError({
      given: `--file=${file}`,
      cause: 'no file of these repaired systems has this in its name',
      remedy: choose(file, [...new Set(files)]),
    });
  }
  let isSound = true;
  for (const { example, mutants, sources, some } of systems) {
    if (some.length === 0) continue;
    const sample = some.filter((_, index) => index % every === 0);
    console.log(
      styleText(
        'bold',
        `${example}: ${sample.length} of ${mutants.length} changes, ${seeds} storms`,
      ),
    );
    const outcomes: Outcome[] = [];
    const task = { example, sources, seeds };
    const broken = await tryMutants(sample, task, jobs, (mutant, outcome) => {
      outcomes.push(outcome);
      if (outcome.noticedBy === undefined) console.log(lineOf(mutant, outcome));
      if (outcomes.length % 20 === 0) console.log(`  ${sumOf(outcomes)}`);
    });
    isSound &&= broken.length === 0;
    if (broken.length > 0) console.log(`  As it is, it breaks in storms ${broken.join(', ')}.`);
    console.log(`  ${sumOf(outcomes)}`);
  }
  return isSound ? exitCodes.asExpected : exitCodes.checkFailed;
});

function sumOf(outcomes: readonly Outcome[]): string {
  const noticed = outcomes.filter(({ noticedBy }) => noticedBy !== undefined).length;
  const unreached = outcomes.filter(({ reachedBy }) => reachedBy === 0).length;
  const rest = outcomes.length - noticed - unreached;
  return `${outcomes.length} tried: ${noticed} noticed, ${rest} not noticed, ${unreached} reached by no storm`;
}

function lineOf({ file, line, code, replacement }: Mutant, { reachedBy }: Outcome): string {
  return `  ${file}:${line}, reached by ${reachedBy}\n    ${code}\n    → ${replacement}`;
}
