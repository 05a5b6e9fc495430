import { Command, CommanderError, Option } from 'commander';
import { UsageError } from './errors.ts';
import type { ReadValue } from './read-value.ts';
import { nearest } from './suggest.ts';

/** Any text. */
const anyText: ReadValue<string> = (_, value) => value;

/**
 * A command that writes and decides nothing by itself: its flags are added, then
 * {@link parseFlags} reads them.
 *
 * @param name as it is started, e.g. `pnpm capacity`
 * @param description what it does, for the help; none by default
 */
export function newCommand(name: string, description = ''): Command {
  return new Command(name)
    .description(description)
    .usage('[options]')
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({
      visibleOptions: ({ options }) => options.toSorted((a, b) => rankOf(a) - rankOf(b)),
    })
    .option('-h, --help', 'show this help');
}

/** Help stands last. */
const rankOf = ({ long }: Option): number => Number(long === '--help');

/**
 * An option that takes one value and may stand once: the second would silently win over the first.
 *
 * @param read any text by default
 */
export function valueOption(flags: string, description: string, read: ReadValue = anyText): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string, previous: unknown) => {
    refuseMissing(option, text);
    const name = option.name();
    if (previous === undefined) return read(name, text);
    throw new UsageError({
      given: `--${name}=${text}`,
      cause: `--${name} stands twice`,
      remedy: 'Keep one of them.',
    });
  });
}

/** An option that takes one value each time it stands; they come in their order. */
export function repeatableOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string, previous?: readonly string[]) => {
    refuseMissing(option, text);
    return [...(previous ?? []), text];
  });
}

/** An option takes whatever follows as its value, `--trace --json` included. */
function refuseMissing(option: Option, text: string): void {
  if (text !== '' && !text.startsWith('--')) return;
  const name = option.name();
  throw new UsageError({
    given: `--${name}`,
    cause: text === '' ? 'its value is empty' : `its value is missing before ${text}`,
    remedy: `Write it as --${name}=${/<.+>/.exec(option.flags)?.[0] ?? '<value>'}.`,
  });
}

/** What stood on the command line; flags that were not given are not there. */
export interface ParsedFlags<Options extends object> {
  readonly flags: Partial<Options> & { readonly help?: boolean };
  /** What belongs to no flag. */
  readonly words: readonly string[];
}

/**
 * Parses normalised arguments.
 *
 * @throws UsageError for an unknown or repeated flag, or a bad value
 */
export function parseFlagsAndWords<Options extends object>(
  command: Command,
  args: readonly string[],
): ParsedFlags<Options> {
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw fromCommander(error, command);
    throw error;
  }
  return { flags: command.opts(), words: command.args };
}

/**
 * The same for a command that takes flags alone.
 *
 * @throws UsageError for a word that belongs to no flag as well
 */
export function parseFlags<Options extends object>(
  command: Command,
  args: readonly string[],
): ParsedFlags<Options>['flags'] {
  const { flags, words } = parseFlagsAndWords<Options>(command, args);
  const [word] = words;
  if (word === undefined) return flags;
  throw new UsageError({
    given: `"${word}"`,
    cause: 'it belongs to no option',
    remedy: `See ${command.name()} --help.`,
  });
}

function fromCommander(error: CommanderError, command: Command): UsageError {
  const [, flags = 'the options'] = /'(.+?)'/s.exec(error.message) ?? [];
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
      given: flags,
      cause: 'there is no such option',
      remedy: `${guess === undefined ? '' : `Did you mean ${guess}? `}See --help for all of them.`,
    },
    { cause: error },
  );
}
