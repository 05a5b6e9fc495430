import { Command, CommanderError, Option } from 'commander';
import { nearest, UsageError } from './command-line.ts';

/** Reads one value, or throws a UsageError that names option, value and remedy. */
export type ReadValue = (option: string, text: string) => unknown;

/** A command without anything commander would print or decide by itself. */
export function newCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .usage('[options]')
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .option('-h, --help', 'show this help');
}

/** An option that takes one value and may stand once: the second would silently win over the first. */
export function valueOption(flags: string, description: string, read: ReadValue): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string, previous: unknown) => {
    const name = option.name();
    if (text === '' || text.startsWith('--')) {
      throw new UsageError({
        given: `--${name}`,
        cause: text === '' ? 'its value is empty' : `its value is missing before ${text}`,
        remedy: `Write it as --${name}=${/<.+>/.exec(flags)?.[0] ?? '<value>'}.`,
      });
    }
    if (previous === undefined) return read(name, text);
    throw new UsageError({
      given: `--${name}=${text}`,
      cause: `--${name} stands twice`,
      remedy: 'Keep one of them.',
    });
  });
}

/**
 * Parses normalised arguments.
 *
 * @throws UsageError for an unknown or repeated flag, a bad value, or a positional argument
 */
export function parseFlags<Options extends object>(
  command: Command,
  args: readonly string[],
): Partial<Options> & { readonly help?: boolean } {
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw fromCommander(error, command);
    throw error;
  }
  const [positional] = command.args;
  if (positional === undefined) return command.opts();
  throw new UsageError({
    given: `"${positional}"`,
    cause: 'it belongs to no option',
    remedy: `See ${command.name()} --help.`,
  });
}

/**
 * Nothing that was typed is ignored without a word.
 *
 * @param flags by name: those that mean nothing without `needed`; undefined if not given
 * @throws UsageError for the first that was given
 */
export function refuseWithout(needed: string, flags: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    throw new UsageError({
      given: `--${name}`,
      cause: `it says nothing without ${needed}`,
      remedy: `Add ${needed}, or leave it out.`,
    });
  }
}

function fromCommander(error: CommanderError, command: Command): UsageError {
  const [, flags = 'the options'] = /'(.+?)'/.exec(error.message) ?? [];
  const [flag = flags] = flags.split(/[ =]/);
  const known = command.options.map((option) => option.long ?? '');
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError({
      given: flag,
      cause: 'its value is missing',
      remedy: `Write it as ${flags.replace(' ', '=')}.`,
    });
  }
  if (known.includes(flag)) {
    return new UsageError({ given: flags, cause: 'it takes no value', remedy: `Write ${flag}.` });
  }
  const guess = nearest(flag, known);
  return new UsageError(
    {
      given: flag,
      cause: 'there is no such option',
      remedy: `${guess === undefined ? '' : `Did you mean ${guess}? `}See --help for all of them.`,
    },
    { cause: error },
  );
}
