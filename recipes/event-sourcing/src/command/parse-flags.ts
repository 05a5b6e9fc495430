import { Command, CommanderError, Option } from 'commander';
import type { Flag, Flags, FlagValue } from './flag.ts';
import { didYouMean } from './suggest.ts';
import { UsageError } from './usage-error.ts';

export interface ParsedFlags {
  readonly isHelp: boolean;
  /** By the keys of the flags; defaults filled in. */
  readonly values: Readonly<Record<string, FlagValue>>;
}

/** `batchSize` becomes `batch-size`. */
export const flagName = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads the flags of a recipe: from the command line, or else from its environment variable, or else
 * its default.
 *
 * @throws UsageError for an unknown or repeated flag, a bad value, or a word that belongs to no flag
 */
export function parseFlags(
  flags: Flags,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ParsedFlags {
  const command = declare(flags);
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw fromCommander(error, command);
    throw error;
  }
  const [word] = command.args;
  if (word !== undefined) {
    throw new UsageError(`"${word}"`, 'it belongs to no option', 'See --help.');
  }
  const { help, ...given } = command.opts<Record<string, FlagValue> & { help?: never }>();
  if (help !== undefined) return { isHelp: true, values: {} };
  const entries = Object.entries(flags).map(
    ([key, flag]) => [key, given[key] ?? fromVariable(flag, env) ?? flag.defaultValue] as const,
  );
  return { isHelp: false, values: Object.fromEntries(entries) };
}

function fromVariable({ variable, read }: Flag, env: NodeJS.ProcessEnv): FlagValue {
  const text = env[variable];
  return text === undefined || text === '' ? undefined : read(text, `${variable}=${text}`);
}

function declare(flags: Flags): Command {
  const command = new Command()
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .option('-h, --help');
  for (const [key, flag] of Object.entries(flags)) command.addOption(optionOf(key, flag));
  return command;
}

/** An option may stand once: the second would silently win over the first. */
function optionOf(key: string, { placeholder, read }: Flag): Option {
  const name = `--${flagName(key)}`;
  return new Option(`${name} ${placeholder}`).argParser((text: string, previous: unknown) => {
    if (text === '' || text.startsWith('--')) {
      const cause = text === '' ? 'its value is empty' : `its value is missing before ${text}`;
      throw new UsageError(name, cause, `Write it as ${name}=${placeholder}.`);
    }
    if (previous === undefined) return read(text, `${name}=${text}`);
    throw new UsageError(`${name}=${text}`, `${name} stands twice`, 'Keep one of them.');
  });
}

function fromCommander(error: CommanderError, command: Command): UsageError {
  const [, typed = 'the options'] = /'(.+?)'/.exec(error.message) ?? [];
  const [flag = typed] = typed.split(/[ =]/);
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError(flag, 'its value is missing', `Write it as ${typed.replace(' ', '=')}.`);
  }
  const known = command.options.map(({ long }) => long ?? '');
  if (known.includes(flag)) {
    return new UsageError(typed, 'it takes no value', `Write ${flag}.`);
  }
  const remedy = `${didYouMean(flag, known)}See --help for all of them.`;
  return new UsageError(flag, 'there is no such option', remedy);
}
