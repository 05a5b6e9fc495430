import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import { count, exitCodes, newCommand, runTool, valueOption } from '@firedrill/core/command-line';
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
  let isSound = true;
  for (const example of chosen(words, exampleNames())) {
    const { mutants } = await mutate(example);
    const some = mutants.filter((each) => each.file.includes(file));
    const sample = some.filter((_, index) => index % every === 0);
    console.log(
      styleText(
        'bold',
        `${example}: ${sample.length} of ${mutants.length} changes, ${seeds} storms`,
      ),
    );
    const tried: Tried[] = [];
    const broken = await tryMutants(sample, { example, seeds }, jobs, (mutant, outcome) => {
      tried.push({ mutant, outcome });
      if (tried.length % 20 === 0) console.log(`  ${sumOf(tried)}`);
    });
    isSound &&= broken.length === 0;
    if (broken.length > 0) console.log(`  As it is, it breaks in storms ${broken.join(', ')}.`);
    for (const each of tried.toSorted(byPlace)) {
      if (each.outcome.noticedBy === undefined) console.log(lineOf(each));
    }
    console.log(`  ${sumOf(tried)}`);
  }
  return isSound ? exitCodes.asExpected : exitCodes.checkFailed;
});

interface Tried {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
}

function sumOf(tried: readonly Tried[]): string {
  const noticed = tried.filter(({ outcome }) => outcome.noticedBy !== undefined).length;
  const unreached = tried.filter(({ outcome }) => outcome.reachedBy === 0).length;
  const rest = tried.length - noticed - unreached;
  return `${tried.length} tried: ${noticed} noticed, ${rest} not noticed, ${unreached} reached by no storm`;
}

function byPlace({ mutant: a }: Tried, { mutant: b }: Tried): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}

function lineOf({ mutant, outcome }: Tried): string {
  const { file, line, code, replacement } = mutant;
  return `  ${file}:${line}, reached by ${outcome.reachedBy}\n    ${code}\n    → ${replacement}`;
}
