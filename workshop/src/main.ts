#!/usr/bin/env node
import {
  choose,
  count,
  newCommand,
  runTool,
  seed,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { check, doctor, type Flags, hint, list, reset, solution } from './commands.ts';
import { watch } from './watch.ts';

const defaults: Flags = { unseen: 20, solutions: false, port: 8_789 };
const lastPort = 65_535;

const command = newCommand(
  'pnpm workshop',
  [
    'Repair a system, meet the same storm, survive it. Without a word: makes the file that is next, and',
    'judges your files each time that they are saved, here and on a page.',
    '',
    '  list                  all exercises, and how far you are',
    '  check [exercise...]   judges your files, or the next one',
    '  hint [exercise]       what your own run says; a level deeper each time',
    '  reset <exercise>      the skeleton again; what stood there is kept beside it',
    '  solution <exercise>   prints a solution',
    '  doctor                whether this machine is ready',
  ].join('\n'),
)
  .usage('[command] [options]')
  .addOption(
    valueOption('--unseen <n>', 'storms that nobody has seen (default: 20)', count(0, 1_000, '20')),
  )
  .addOption(valueOption('--seed <n>', 'seed of the first of them (default: a new one)', seed))
  .option('--solutions', 'check: the solutions in place of your files')
  .addOption(
    valueOption(
      '--port <n>',
      'of the page; 0 takes any (default: 8789)',
      count(0, lastPort, '8789'),
    ),
  );

const commands: Readonly<
  Record<string, (words: readonly string[], flags: Flags) => Promise<number> | number>
> = { list, check, hint, reset, solution, doctor: (_words, flags) => doctor(flags) };

await runTool<Flags>(command, { defaults, takesWords: true }, async (flags, words) => {
  if (words.length === 0) return watch(flags);
  const [name = '', ...rest] = words;
  const run = commands[name];
  if (run !== undefined) return run(rest, flags);
  throw new UsageError({
    given: `"${name}"`,
    cause: 'there is no such command',
    remedy: choose(name, Object.keys(commands)),
  });
});
