import {
  fluidDropRatio,
  planCapacity,
  predictPool,
  type WorkedConfiguration,
  workedConfigurations,
} from '../../capacity/index.ts';
import { markdownTable } from '../markdown-table.ts';
import type { Estimate } from '../measure/batch-means.ts';
import { simulateLoad } from '../measure/simulate-load.ts';
import { showProgress } from '../progress.ts';
import { shareText } from '../share-text.ts';
import {
  count,
  defaultSeed,
  exitCodes,
  newCommand,
  parseFlags,
  refuseWithout,
  seed as asSeed,
  valueOption,
} from '../../command-line/index.ts';
import type { Answer, SubCommand } from './command.ts';

/** A worked configuration under one load: what the guide expects, what is predicted and measured. */
export interface ExampleOutcome {
  readonly scenario: string;
  readonly load: 'normal' | 'peak';
  readonly ratePerSecond: number;
  readonly workers: number;
  readonly queueSize: number;
  /** Whether the rule of thumb gives the guide's workers and queue. */
  readonly reproduced: boolean;
  readonly utilisation: number;
  /** What the guide expects of this load, if it says. */
  readonly expected?: string;
  readonly fluidDropRatio: number;
  readonly predictedDropRatio: number;
  readonly measuredDropRatio?: Estimate;
  /** The highest share that agrees with the guide's expectation, where it names a bound. */
  readonly mostExpected?: number;
  /** Whether the prediction keeps that bound. */
  readonly expectationHolds?: boolean;
}

/** `capacity examples`: the guide's worked configurations against prediction and measurement. */
export const examples: SubCommand = {
  description: 'the guide’s worked configurations: reproduced, predicted, and measured',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity examples', 'Checks the worked configurations.')
      .option('--validate', 'run the real pool in simulation as well')
      .addOption(
        valueOption(
          '--events <n>',
          'events of each simulation (default: 200000)',
          count(1_000, 10_000_000, '200000'),
        ),
      )
      .addOption(valueOption('--seed <n>', 'seed of the simulation', asSeed))
      .option('--json', 'write it as JSON');
    const { help, json, validate, events, seed } = parseFlags<{
      readonly validate: boolean;
      readonly events: number;
      readonly seed: number;
      readonly json: boolean;
    }>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    if (validate !== true) refuseWithout('--validate', { seed, events });
    const run =
      validate === true ? { count: events ?? 200_000, seed: seed ?? defaultSeed } : undefined;
    const outcomes = await exampleOutcomes(run, run && showProgress);
    const text = json === true ? JSON.stringify(outcomes) : outcomesText(outcomes);
    return { text, exitCode: exitCodes.asExpected };
  },
};

/** All worked configurations at their normal rate and at their peak. */
export async function exampleOutcomes(
  run?: { readonly count: number; readonly seed: number },
  onProgress?: (done: number, all: number) => void,
): Promise<ExampleOutcome[]> {
  const outcomes: ExampleOutcome[] = [];
  for (const worked of workedConfigurations) {
    for (const load of ['normal', 'peak'] as const) {
      outcomes.push(await outcomeOf(worked, load, run));
      onProgress?.(outcomes.length, 2 * workedConfigurations.length);
    }
  }
  return outcomes;
}

async function outcomeOf(
  worked: WorkedConfiguration,
  load: 'normal' | 'peak',
  run: { readonly count: number; readonly seed: number } | undefined,
): Promise<ExampleOutcome> {
  const { scenario, eventsPerSecond, processingMs, burstFactor, minWorkers, workers, queueSize } =
    worked;
  const rule = planCapacity({
    ratePerSecond: eventsPerSecond,
    serviceMs: processingMs,
    burstFactor,
    minWorkers,
  });
  const ratePerSecond = eventsPerSecond * (load === 'peak' ? worked.peakMultiplier : 1);
  const full = { ratePerSecond, serviceMs: processingMs, workers, queueSize };
  const { dropRatio, utilisation } = predictPool(full);
  const { text, most, load: where } = worked.expectedDrops;
  const measured = run === undefined ? undefined : await simulateLoad(full, run);
  return {
    scenario,
    load,
    ratePerSecond,
    workers,
    queueSize,
    reproduced: rule.workers === workers && rule.queueSize === queueSize,
    utilisation,
    ...(where === load && { expected: text }),
    fluidDropRatio: fluidDropRatio(ratePerSecond, (workers * 1_000) / processingMs),
    predictedDropRatio: dropRatio,
    ...(measured && { measuredDropRatio: measured.dropRatio }),
    ...(where === load &&
      most !== undefined && { mostExpected: most, expectationHolds: dropRatio <= most }),
  };
}

function outcomesText(outcomes: readonly ExampleOutcome[]): string {
  return markdownTable(
    [
      'scenario',
      'load',
      'workers',
      'queue',
      'as the guide',
      'utilisation',
      'guide expects',
      'fluid',
      'predicted',
      'measured (99 %)',
      'expectation',
    ],
    outcomes.map((outcome) => {
      const { measuredDropRatio: measured, expectationHolds } = outcome;
      return [
        outcome.scenario,
        outcome.load,
        String(outcome.workers),
        String(outcome.queueSize),
        outcome.reproduced ? 'yes' : 'NO',
        shareText(outcome.utilisation),
        outcome.expected ?? '',
        shareText(outcome.fluidDropRatio),
        shareText(outcome.predictedDropRatio),
        measured === undefined
          ? ''
          : `${shareText(Math.max(0, measured.low))} to ${shareText(measured.high)}`,
        expectationHolds === undefined ? '' : expectationHolds ? 'holds' : 'too low',
      ];
    }),
    (column) => (column < 2 || column === 6 ? 'left' : 'right'),
  );
}
