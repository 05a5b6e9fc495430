#!/usr/bin/env node
import {
  choose,
  count,
  newCommand,
  repeatableOption,
  runTool,
  seed,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { check, doctor, type Flags, hint, list, reset, solution } from './commands.ts';
import { refuseStrayFlags } from './stray-flags.ts';
import { playMystery } from './mystery/play.ts';
import { openCommand, sealCommand } from './mystery/seal-command.ts';
import { classCommand } from './class/class-command.ts';
import { watch } from './watch.ts';

const defaults: Flags = { unseen: 20, solutions: false, port: 8_789, listen: false };
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
    '  class                 shows a trainer who is at which step',
    '  seal <what>           hides the cause of an incident in a file, under a key (trainers)',
    '  open <file>           shows it again, with the key',
    '',
    'A mystery is a storm with a hidden cause: ask what a real team would ask, name cause, place and',
    'remedy, and be told how near you were. <what> is a number, or an incident with --fault.',
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
  )
  .addOption(
    valueOption('--mystery <number|file>', 'plays the mystery of that number, or a sealed one'),
  )
  .addOption(valueOption('--key-file <file>', 'seal, open, --mystery: the key (default: typed)'))
  .addOption(valueOption('--class <url>', 'sends step and verdict to a class; needs code and name'))
  .addOption(valueOption('--code <code>', '--class: the join code that the trainer shows'))
  .addOption(valueOption('--name <name>', '--class: who you are in the table'))
  .option('--listen', 'class: other machines may join, too')
  .addOption(valueOption('--out <file>', 'seal, class: the file to write'))
  .addOption(repeatableOption('--fault <fault>', 'seal: the cause, e.g. webhooks:hang@+2m-+4m'))
  .addOption(repeatableOption('--beside <fault>', 'seal: what is beside the point'))
  .addOption(valueOption('--implementation <name>', 'seal: whom it happens to'))
  .addOption(valueOption('--load <load>', 'seal: default spike,factor=0.5,for=6m'))
  .addOption(valueOption('--answer <answer>', 'open: what a group named, to be graded'));

const commands: Readonly<
  Record<string, (words: readonly string[], flags: Flags) => Promise<number> | number>
> = {
  list,
  check,
  hint,
  reset,
  solution,
  doctor: (_words, flags) => doctor(flags),
  seal: sealCommand,
  open: openCommand,
  class: (_words, flags) => classCommand(flags),
};

/** How many words a command takes at the most. Default: any number. */
const mostWords: Readonly<Record<string, number>> = {
  list: 0,
  doctor: 0,
  class: 0,
  hint: 1,
  reset: 1,
  solution: 1,
};

await runTool<Flags>(command, { defaults, takesWords: true }, async (flags, words) => {
  const [name = '', ...rest] = words;
  refuseStrayFlags(name === '' && flags.mystery !== undefined ? '--mystery' : name, flags);
  if (words.length === 0) {
    return flags.mystery === undefined ? watch(flags) : playMystery(flags.mystery, flags);
  }
  if (flags.mystery !== undefined) {
    throw new UsageError({
      given: `--mystery=${flags.mystery}`,
      cause: `it says nothing beside "${name}"`,
      remedy: 'Leave one of them out.',
    });
  }
  const extra = rest[mostWords[name] ?? Infinity];
  if (extra !== undefined) {
    throw new UsageError({
      given: `"${extra}"`,
      cause: `${name} takes no further word`,
      remedy: 'Leave it out.',
    });
  }
  const run = commands[name];
  if (run !== undefined) return run(rest, flags);
  throw new UsageError({
    given: `"${name}"`,
    cause: 'there is no such command',
    remedy: choose(name, Object.keys(commands)),
  });
});
