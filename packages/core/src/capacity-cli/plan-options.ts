import {
  atLeast,
  ceiling,
  count,
  defaultSeed,
  newCommand,
  oneOf,
  parseFlags,
  percentile,
  positive,
  refuseWithout,
  seed,
  share,
  UsageError,
  valueOption,
} from '../command-line/index.ts';
import type { Command } from 'commander';
import { type TraceUnit, traceUnits } from '../workload/index.ts';
import { serviceShapes, type ServiceShape, workedConfigurations } from '../capacity/index.ts';

/** The flags of a plan as they were given. */
export interface PlanFlags {
  readonly eventsPerSecond: number;
  readonly processingMs: number;
  readonly hooks: number;
  readonly variation: number;
  readonly shape: ServiceShape;
  readonly arrivalVariation: number;
  readonly peak: number;
  readonly burst: number;
  readonly targetDropRate: number;
  readonly targetWaitMs: number;
  readonly targetPercentile: number;
  readonly maxUtilisation: number;
  readonly minWorkers: number;
  readonly workers: number;
  readonly queue: number;
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

export const planDefaults = {
  hooks: 1,
  variation: 1,
  shape: 'log-normal',
  arrivalVariation: 1,
  peak: 1,
  burst: 2,
  targetDropRate: 0.001,
  targetPercentile: 99,
  seed: defaultSeed,
} as const;

/** More workers than this are no pool in one process. */
export const mostWorkers = 1_000_000;

export function declarePlan(): Command {
  const examples = workedConfigurations.map(({ scenario }) => scenario);
  return newCommand('capacity', 'Sizes a pool of workers with a bounded queue, and predicts it.')
    .addOption(valueOption('--events-per-second <n>', 'events a second', positive('5000')))
    .addOption(
      valueOption(
        '--processing-ms <ms>',
        'mean time of an event, all its handlers together',
        positive('2'),
      ),
    )
    .addOption(valueOption('--hooks <n>', 'handlers of an event (default: 1)', count(1, 100, '5')))
    .addOption(
      valueOption(
        '--variation <n>',
        'standard deviation over mean of a handler’s time (default: 1)',
        atLeast(0, '1.5'),
      ),
    )
    .addOption(
      valueOption(
        '--shape <name>',
        `family of times that vary more: ${serviceShapes.join(', ')} (default: log-normal)`,
        oneOf(serviceShapes),
      ),
    )
    .addOption(
      valueOption(
        '--arrival-variation <n>',
        'the same of the time between events (default: 1)',
        atLeast(0, '1'),
      ),
    )
    .addOption(
      valueOption('--peak <n>', 'highest rate over the usual one (default: 1)', atLeast(1, '2')),
    )
    .addOption(
      valueOption('--burst <n>', 'queue places for each worker (default: 2)', positive('2')),
    )
    .addOption(
      valueOption(
        '--target-drop-rate <share>',
        'most that may be dropped at the peak (default: 0.1%)',
        share('0.1%'),
      ),
    )
    .addOption(valueOption('--target-wait-ms <ms>', 'longest wait at the peak', positive('5')))
    .addOption(valueOption('--target-percentile <p>', 'of that wait (default: 99)', percentile))
    .addOption(
      valueOption('--max-utilisation <n>', 'highest utilisation at the peak', ceiling('0.8')),
    )
    .addOption(valueOption('--min-workers <n>', 'fewest workers', count(1, mostWorkers, '2')))
    .addOption(
      valueOption(
        '--workers <n>',
        'with --queue: a pool to be looked at',
        count(1, mostWorkers, '10'),
      ),
    )
    .addOption(
      valueOption('--queue <n>', 'with --workers: its queue', count(0, 100 * mostWorkers, '20')),
    )
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
  const { json, yaml, prometheus, workers, queue, trace, example } = given;
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
  if ((workers === undefined) !== (queue === undefined)) {
    const [there, missing] = workers === undefined ? ['queue', 'workers'] : ['workers', 'queue'];
    throw conflict(`--${there}`, `--${missing} is missing beside it`, 'Give both, or neither.');
  }
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
  if (given.targetWaitMs === undefined) {
    refuseWithout('--target-wait-ms', { 'target-percentile': given.targetPercentile });
  }
  return given;
}

function conflict(given: string, cause: string, remedy: string): UsageError {
  return new UsageError({ given, cause, remedy });
}
