import { UsageError } from '@firedrill/core/command-line';
import type { Flags } from './commands.ts';

/** What is run without a word: files are judged as they are saved. */
const judging = '';

/** Flags that say something to some commands alone, with how they are written. */
const belongsTo: Readonly<
  Partial<Record<keyof Flags, readonly [flag: string, commands: readonly string[]]>>
> = {
  keyFile: ['--key-file', ['seal', 'open', '--mystery']],
  out: ['--out', ['seal', 'class']],
  fault: ['--fault', ['seal']],
  beside: ['--beside', ['seal']],
  implementation: ['--implementation', ['seal']],
  load: ['--load', ['seal']],
  answer: ['--answer', ['open']],
  class: ['--class', [judging, 'check']],
  code: ['--code', [judging, 'check']],
  name: ['--name', [judging, 'check']],
  mystery: ['--mystery', ['--mystery']],
};

/**
 * Nothing that was typed is ignored without a word.
 *
 * @param command as it was typed; empty where there was none
 * @throws UsageError for the first flag that says nothing to it
 */
export function refuseStrayFlags(command: string, flags: Flags): void {
  const refuse = (flag: string, remedy: string): UsageError =>
    new UsageError({
      given: flag,
      cause: `it says nothing to ${command === judging ? 'pnpm workshop alone' : command}`,
      remedy,
    });
  for (const [name, value] of Object.entries(flags)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names of flags
    const [flag, commands] = belongsTo[name as keyof Flags] ?? [];
    if (flag === undefined || commands === undefined || value === undefined) continue;
    if (commands.includes(command)) continue;
    const named = commands.map((each) => (each === judging ? 'pnpm workshop alone' : each));
    throw refuse(flag, `It belongs to ${named.join(', ')}.`);
  }
  if (flags.listen && command !== 'class') throw refuse('--listen', 'It belongs to class.');
  for (const [flag, value] of [
    ['--code', flags.code],
    ['--name', flags.name],
  ] as const) {
    if (value !== undefined && flags.class === undefined)
      throw refuse(flag, 'Add --class=<url>, or leave it out.');
  }
}
