import {
  count,
  defaultSeed,
  newCommand,
  oneOf,
  parseFlags,
  positive,
  refuseWithout,
  seed,
  UsageError,
  valueOption,
} from '../command-line/index.ts';
import type { Command } from 'commander';
import { type TraceUnit, traceUnits } from '../workload/index.ts';
import { workedConfigurations } from '../capacity/index.ts';
import { checkFigures, type PlanFigures, planInputs } from './plan-inputs.ts';

/** The flags of a plan as they were given. */
export interface PlanFlags extends PlanFigures {
  readonly example: string;
  readonly trace: string;
  readonly timeField: string;
  readonly durationField: string;
  readonly timeUnit: TraceUnit;
  readonly durationUnit: TraceUnit;
  readonly windowMs: number;
  readonly validate: boolean;
  readonly events: number;
  readonly seed: number;
  readonly json: boolean;
  readonly yaml: boolean;
  readonly prometheus: boolean;
  readonly pool: string;
  readonly report: string;
  readonly version: boolean;
}

/** Flags as given: what is missing has no value yet. */
export type GivenPlanFlags = Partial<PlanFlags> & { readonly help?: boolean };

export function declarePlan(): Command {
  const examples = workedConfigurations.map(({ scenario }) => scenario);
  const command = newCommand(
    'capacity',
    'Sizes a pool of workers with a bounded queue, and predicts it.',
  );
  for (const { flags, description, read } of planInputs) {
    command.addOption(valueOption(flags, description, read));
  }
  return command
    .addOption(
      valueOption(
        '--example <name>',
        `a worked configuration: ${examples.join(', ')}`,
        oneOf(examples),
      ),
    )
    .addOption(
      valueOption('--trace <file>', 'recorded arrivals and durations: a table, a log, or spans'),
    )
    .addOption(valueOption('--time-field <name>', 'its column of times (default: atMs or at)'))
    .addOption(
      valueOption('--duration-field <name>', 'its column of durations (default: durationMs)'),
    )
    .addOption(
      valueOption(
        '--time-unit <unit>',
        'of its times, where nothing says it: s, ms, us, ns',
        oneOf(traceUnits),
      ),
    )
    .addOption(
      valueOption(
        '--duration-unit <unit>',
        'of its durations, where nothing says it: s, ms, us, ns',
        oneOf(traceUnits),
      ),
    )
    .addOption(
      valueOption(
        '--window-ms <ms>',
        'window in which its peak is counted (default: 10000)',
        positive('10000'),
      ),
    )
    .option('--validate', 'run the real pool in simulation, and compare')
    .addOption(
      valueOption(
        '--events <n>',
        'events of each simulation (default: 200000, or what it takes)',
        count(1_000, 10_000_000, '100000'),
      ),
    )
    .addOption(valueOption('--seed <n>', `seed of the simulation (default: ${defaultSeed})`, seed))
    .option('--json', 'write the plan as JSON')
    .option('--yaml', 'write the configuration as YAML')
    .option('--prometheus', 'write its alerts as a rule file of Prometheus')
    .addOption(valueOption('--pool <name>', 'with --prometheus: its label (default: hooks)'))
    .addOption(valueOption('--report <file.html>', 'write charts as one HTML page'))
    .option('-V, --version', 'show the version');
}

/** @throws UsageError for flags that are wrong, or exclude each other */
export function parsePlan(command: Command, args: readonly string[]): GivenPlanFlags {
  const given = parseFlags<PlanFlags>(command, args);
  const { json, yaml, prometheus, trace, example } = given;
  const formats = [
    json === true && '--json',
    yaml === true && '--yaml',
    prometheus === true && '--prometheus',
  ].filter((flag) => flag !== false);
  if (formats.length > 1) {
    throw conflict(
      `${formats[1]}`,
      `${formats[0]} writes another format`,
      'Leave out one of the two.',
    );
  }
  if (prometheus !== true) refuseWithout('--prometheus', { pool: given.pool });
  checkFigures(given);
  const loads = [
    given.eventsPerSecond !== undefined && '--events-per-second',
    trace !== undefined && '--trace',
    example !== undefined && '--example',
  ].filter((flag) => flag !== false);
  if (loads.length > 1) {
    throw conflict(`${loads[1]}`, `${loads[0]} gives the load already`, 'Keep one of them.');
  }
  if (trace === undefined) {
    for (const [name, value] of Object.entries({
      'time-field': given.timeField,
      'duration-field': given.durationField,
      'time-unit': given.timeUnit,
      'duration-unit': given.durationUnit,
      'window-ms': given.windowMs,
    })) {
      if (value !== undefined) {
        throw conflict(`--${name}`, 'there is no --trace that it is about', 'Add --trace=<file>.');
      }
    }
  }
  if (given.validate !== true)
    refuseWithout('--validate', { seed: given.seed, events: given.events });
  return given;
}

function conflict(given: string, cause: string, remedy: string): UsageError {
  return new UsageError({ given, cause, remedy });
}
