import type { Command } from 'commander';
import {
  defaultSeed,
  nearest,
  newCommand,
  oneOf,
  parseFlagsAndWords,
  repeatableOption,
  seed,
  UsageError,
  valueOption,
} from '../command-line/index.ts';
import { type ScenarioName, scenarioNames } from '../scenario/scenario.ts';
import { parseSpeed, type Speed } from './speed.ts';

const transports = ['in-process', 'msw'] as const;

/** The command line, parsed as far as that goes without knowing the example. */
export interface CommandOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** Names, each once. */
  readonly implementation?: readonly string[];
  /** `key=value` as typed, in order. */
  readonly set: readonly string[];
  readonly fault: readonly string[];
  readonly trace?: string;
  /** The load in place of the scenario's own, as typed. */
  readonly load?: string;
  /** Whether the scenario's own faults are left out. */
  readonly calm: boolean;
  readonly transport: (typeof transports)[number];
  readonly speed: Speed;
  readonly json: boolean;
  readonly report?: string;
  /** A page that runs the storm again, as a file. */
  readonly reportLive?: string;
  /** Whether the run is shown on a page while it goes on. */
  readonly live: boolean;
  readonly verify: boolean;
  /** Whether each condition of the storm is to be removed in turn and kept alone. */
  readonly why: boolean;
  /** Whether the proof of the cause and a comparison follow the verdict. */
  readonly proof: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const defaults: CommandOptions = {
  scenario: 'story',
  seed: defaultSeed,
  set: [],
  fault: [],
  calm: false,
  transport: 'in-process',
  speed: 'auto',
  json: false,
  live: false,
  verify: false,
  why: false,
  proof: true,
  list: false,
  help: false,
  version: false,
};

/** The declaration of every flag, which also prints their part of the help. */
export function declareCommand(name: string): Command {
  return newCommand(name)
    .addOption(
      valueOption(
        '--scenario <name>',
        'failure, recovery or scale; without it: the whole story',
        oneOf(scenarioNames),
      ),
    )
    .addOption(
      valueOption('--seed <n>', `seed of everything random (default: ${defaultSeed})`, seed),
    )
    .addOption(
      valueOption(
        '--implementation <name,…>',
        'implementations that take the place of the repaired one, e.g. mine,hooks',
        readNames,
      ),
    )
    .addOption(repeatableOption('--set <key=value>', 'change a setting; may be repeated'))
    .addOption(repeatableOption('--fault <spec>', 'break a service as well; may be repeated'))
    .option('--calm', "leave out the scenario's own faults: those of --fault alone strike")
    .addOption(
      valueOption(
        '--load <spec>',
        'another load, e.g. spike,factor=0.5,for=10m or constant,for=5m',
      ),
    )
    .addOption(valueOption('--trace <file>', 'play recorded traffic: a table, a log, or spans'))
    .addOption(
      valueOption(
        '--transport <kind>',
        'in-process (default), or msw: real fetch calls',
        oneOf(transports),
      ),
    )
    .addOption(
      valueOption(
        '--speed <speed>',
        'auto (default: about 20 s on a terminal), max, or e.g. 60x',
        (_, text) => parseSpeed(text),
      ),
    )
    .option('--json', 'write the run as NDJSON, and nothing else, to standard output')
    .addOption(
      valueOption(
        '--report <file>',
        'write a report as well: .html, .svg, .md (tables, checks), .csv (samples) or .ndjson',
      ),
    )
    .addOption(
      valueOption(
        '--report-live <file>',
        'write a page that runs the storm again as well: one .html, without a network',
      ),
    )
    .option('--live', 'show the run on a page of this machine, until Ctrl-C')
    .option('--why', 'also remove each condition of the storm in turn, and keep each alone')
    .option(
      '--no-proof',
      'leave out the proof of the cause and the comparison with the default run',
    )
    .option('--verify', 'run twice and compare every record')
    .option('--list', 'list implementations, scenarios, settings, faults and trace fields')
    .option('-V, --version', 'show the version');
}

/**
 * Parses normalised arguments.
 *
 * @throws UsageError for an unknown or repeated flag, a bad value, a positional argument, or two
 *   flags that exclude each other
 */
export function parseOptions(command: Command, args: readonly string[]): CommandOptions {
  const { flags, words } = parseFlagsAndWords<CommandOptions>(command, args);
  const [word] = words;
  if (word !== undefined) throw unexpectedArgument(word);
  const options: CommandOptions = { ...defaults, ...flags };
  refuseConflicts(options);
  return options;
}

/** Names between commas. */
function readNames(option: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const given = `--${option}=${text}`;
  if (names.includes('')) {
    throw new UsageError({ given, cause: 'a name is empty', remedy: 'Write it as mine,hooks.' });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new UsageError({ given, cause: `${twice} stands twice`, remedy: 'Keep one of them.' });
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

function refuseConflicts(options: CommandOptions): void {
  const {
    json,
    live,
    speed: wanted,
    scenario,
    trace,
    load,
    calm,
    list,
    report,
    reportLive,
    transport,
    why,
    proof,
  } = options;
  if (why && !proof) {
    throw new UsageError({
      given: '--why',
      cause: '--no-proof leaves out what it asks for',
      remedy: 'Leave out one of the two.',
    });
  }
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
  if (trace !== undefined && load !== undefined) {
    throw new UsageError({
      given: `--load=${load}`,
      cause: 'a trace is the load already',
      remedy: 'Leave out one of the two.',
    });
  }
  if (scenario === 'scale' && load !== undefined) {
    throw new UsageError({
      given: `--load=${load}`,
      cause: '--scenario=scale makes its own load, step by step',
      remedy: 'Use it with failure, recovery, or without --scenario.',
    });
  }
  if (scenario === 'scale' && calm) {
    throw new UsageError({
      given: '--calm',
      cause: '--scenario=scale has no faults of its own',
      remedy: 'Leave it out.',
    });
  }
  if (list && live) {
    throw new UsageError({
      given: '--live',
      cause: '--list runs nothing that could be shown',
      remedy: 'Leave out one of the two.',
    });
  }
  if (list && report !== undefined) {
    throw new UsageError({
      given: `--report=${report}`,
      cause: '--list runs nothing that could be reported',
      remedy: 'Leave out one of the two.',
    });
  }
  if (list && reportLive !== undefined) {
    throw new UsageError({
      given: `--report-live=${reportLive}`,
      cause: '--list runs nothing that could be reported',
      remedy: 'Leave out one of the two.',
    });
  }
  if (reportLive !== undefined && reportLive === report) {
    throw new UsageError({
      given: `--report-live=${reportLive}`,
      cause: '--report is to be written there',
      remedy: 'Name two files, or leave out one of the two.',
    });
  }
  if (reportLive !== undefined && trace !== undefined) {
    throw new UsageError({
      given: `--report-live=${reportLive}`,
      cause: 'a page cannot read the file of --trace again',
      remedy: 'Use --report.',
    });
  }
  if (reportLive !== undefined && transport === 'msw') {
    throw new UsageError({
      given: `--report-live=${reportLive}`,
      cause: 'a page runs without the requests of --transport=msw',
      remedy: 'Use --report.',
    });
  }
}
