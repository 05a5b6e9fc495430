import { Command, CommanderError, Option } from 'commander';
import { scenarioNames, type ScenarioName } from '../scenario/example.ts';
import { UsageError } from './errors.ts';
import { defaultSeed, parseSeed } from './seed.ts';
import { parseSpeed, type Speed } from './speed.ts';
import { choose, nearest } from './suggest.ts';

const transports = ['in-process', 'msw'] as const;

/** The command line, parsed as far as that goes without knowing the example. */
export interface CommandOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly implementation?: string;
  /** `key=value` as typed, in order. */
  readonly set: readonly string[];
  readonly fault: readonly string[];
  readonly trace?: string;
  readonly transport: (typeof transports)[number];
  readonly speed: Speed;
  readonly json: boolean;
  readonly report?: string;
  readonly verify: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const defaults: CommandOptions = {
  scenario: 'story',
  seed: defaultSeed,
  set: [],
  fault: [],
  transport: 'in-process',
  speed: 'auto',
  json: false,
  verify: false,
  list: false,
  help: false,
  version: false,
};

/** The declaration of every flag, which also prints their part of the help. */
export function declareCommand(name: string): Command {
  return new Command(name)
    .usage('[options]')
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .addOption(
      single('--scenario <name>', 'failure, recovery or scale; without it: the whole story', one),
    )
    .addOption(single('--seed <n>', `seed of everything random (default: ${defaultSeed})`, seed))
    .addOption(
      single(
        '--implementation <name>',
        'the implementation that takes the place of the repaired one',
      ),
    )
    .addOption(repeatable('--set <key=value>', 'change a setting; may be repeated'))
    .addOption(repeatable('--fault <spec>', 'break a service as well; may be repeated'))
    .addOption(single('--trace <file>', 'play recorded traffic (.ndjson or .csv)'))
    .addOption(
      single('--transport <kind>', 'in-process (default), or msw: real fetch calls', transport),
    )
    .addOption(
      single(
        '--speed <speed>',
        'auto (default: about 20 s on a terminal), max, or e.g. 60x',
        speed,
      ),
    )
    .option('--json', 'write the run as NDJSON, and nothing else, to standard output')
    .addOption(single('--report <file.html>', 'write the run as one HTML page as well'))
    .option('--verify', 'run twice and compare every record')
    .option('--list', 'list implementations, scenarios, settings, services and trace fields')
    .option('-h, --help', 'show this help')
    .option('-V, --version', 'show the version');
}

/**
 * Parses normalised arguments.
 *
 * @throws UsageError for an unknown or repeated flag, a bad value, a positional argument, or two
 *   flags that exclude each other
 */
export function parseOptions(command: Command, args: readonly string[]): CommandOptions {
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw fromCommander(error, command);
    throw error;
  }
  const [positional] = command.args;
  if (positional !== undefined) throw unexpectedArgument(positional);
  const options: CommandOptions = { ...defaults, ...command.opts<Partial<CommandOptions>>() };
  refuseConflicts(options);
  return options;
}

type Parse = (text: string) => unknown;

/** An option that may stand once: the second would silently win over the first. */
function single(flags: string, description: string, parse: Parse = (text) => text): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string, previous: unknown) => {
    refuseMissing(option, text);
    if (previous === undefined) return parse(text);
    throw new UsageError({
      given: `--${option.name()}=${text}`,
      cause: `--${option.name()} stands twice`,
      remedy: 'Keep one of them.',
    });
  });
}

function repeatable(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string, previous?: readonly string[]) => {
    refuseMissing(option, text);
    return [...(previous ?? []), text];
  });
}

/** An option takes whatever follows as its value, `--trace --json` included. */
function refuseMissing(option: Option, text: string): void {
  if (text !== '' && !text.startsWith('--')) return;
  throw new UsageError({
    given: `--${option.name()}`,
    cause: text === '' ? 'its value is empty' : `its value is missing before ${text}`,
    remedy: `Write it as --${option.name()}=${placeholder(option)}.`,
  });
}

const placeholder = (option: Option): string => /<.+>/.exec(option.flags)?.[0] ?? '<value>';

const one = (text: string): ScenarioName => oneOf('scenario', text, scenarioNames);
const transport = (text: string): unknown => oneOf('transport', text, transports);
const seed: Parse = parseSeed;
const speed: Parse = parseSpeed;

/**
 * The value, if it is one of the names.
 *
 * @throws UsageError naming the nearest valid one
 */
export function oneOf<Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError({
    given: `--${option}=${text}`,
    cause: `there is no ${option} of that name`,
    remedy: choose(text, names),
  });
}

function fromCommander(error: CommanderError, command: Command): UsageError {
  const [, flags = ''] = /'(.+?)'/.exec(error.message) ?? [];
  const known = command.options.map((option) => option.long ?? '');
  if (error.code === 'commander.unknownOption') {
    const flag = flags.replace(/=.*/, '');
    if (known.includes(flag)) {
      const remedy = `Write ${flag}.`;
      return new UsageError({ given: flags, cause: 'it takes no value', remedy });
    }
    const guess = nearest(flag, known);
    return new UsageError({
      given: flags,
      cause: 'there is no such option',
      remedy: `${guess === undefined ? '' : `Did you mean ${guess}? `}See --help for all of them.`,
    });
  }
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError({
      given: flags.replace(/ .*/, ''),
      cause: 'its value is missing',
      remedy: `Write it as ${flags.replace(' ', '=')}.`,
    });
  }
  const cause = error.message.replace(/^error: /, '').replace(/\.$/, '');
  return new UsageError({ given: 'the options', cause, remedy: 'See --help.' }, { cause: error });
}

function unexpectedArgument(argument: string): UsageError {
  const scenario = nearest(argument, scenarioNames);
  const remedy = /^[\w.-]+=/.test(argument)
    ? `Did you mean --set ${argument}?`
    : scenario === undefined
      ? 'Every argument is an option; see --help.'
      : `Did you mean --scenario=${scenario}?`;
  return new UsageError({
    given: `"${argument}"`,
    cause: 'it belongs to no option',
    remedy,
  });
}

function refuseConflicts({ json, speed: wanted, scenario, trace, list, report }: CommandOptions) {
  if (json && typeof wanted === 'number') {
    throw new UsageError({
      given: `--speed=${wanted}x`,
      cause: '--json always runs at full speed',
      remedy: 'Leave out one of the two.',
    });
  }
  if (scenario === 'scale' && trace !== undefined) {
    throw new UsageError({
      given: `--trace=${trace}`,
      cause: '--scenario=scale makes its own load, step by step',
      remedy: 'Use it with failure, recovery, or without --scenario.',
    });
  }
  if (list && report !== undefined) {
    throw new UsageError({
      given: `--report=${report}`,
      cause: '--list runs nothing that could be reported',
      remedy: 'Leave out one of the two.',
    });
  }
}
