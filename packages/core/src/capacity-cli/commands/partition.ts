import {
  bestArrangement,
  classOutcome,
  comparePartition,
  type Outcomes,
  partitionExample,
  type PartitionNeeds,
} from '../../capacity/index.ts';
import { formatValue } from '../../report/index.ts';
import { markdownTable } from '../markdown-table.ts';
import {
  type MeasuredClass,
  type PartitionMeasurement,
  simulatePartition,
} from '../measure/simulate-partition.ts';
import { showProgress } from '../progress.ts';
import { shareText } from '../share-text.ts';
import {
  count,
  defaultSeed,
  exitCodes,
  newCommand,
  parseFlags,
  positive,
  refuseWithout,
  seed as asSeed,
  valueOption,
} from '../../command-line/index.ts';
import type { Answer, SubCommand } from './command.ts';

interface Flags {
  readonly fastPerSecond: number;
  readonly fastMs: number;
  readonly slowPerSecond: number;
  readonly slowMs: number;
  readonly workers: number;
  readonly queue: number;
  readonly validate: boolean;
  readonly events: number;
  readonly seed: number;
  readonly json: boolean;
}

const { fast, slow } = partitionExample;

/** Without flags: the guide's example, at nine tenths of what its pools can carry. */
const defaults = {
  fastPerSecond: (0.9 * fast.workers * 1_000) / fast.processingMs,
  fastMs: fast.processingMs,
  slowPerSecond: (0.9 * slow.workers * 1_000) / slow.processingMs,
  slowMs: slow.processingMs,
  workers: fast.workers + slow.workers,
  queue: fast.queueSize + slow.queueSize,
  events: 400_000,
  seed: defaultSeed,
};

/** `capacity partition`: one pool for fast and slow work, or two. */
export const partition: SubCommand = {
  description: 'whether fast and slow work are better off in one pool or in two',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity partition', 'Compares one pool with two.')
      .addOption(valueOption('--fast-per-second <n>', 'fast events', positive('4500')))
      .addOption(valueOption('--fast-ms <ms>', 'time of a fast event', positive('1')))
      .addOption(valueOption('--slow-per-second <n>', 'slow events', positive('720')))
      .addOption(valueOption('--slow-ms <ms>', 'time of a slow event', positive('25')))
      .addOption(valueOption('--workers <n>', 'in all', count(2, 10_000, '25')))
      .addOption(valueOption('--queue <n>', 'places in all', count(0, 1_000_000, '70')))
      .option('--validate', 'run the real pools in simulation as well')
      .addOption(
        valueOption(
          '--events <n>',
          'events of each simulation (default: 400000)',
          count(1_000, 10_000_000, '400000'),
        ),
      )
      .addOption(valueOption('--seed <n>', 'seed of the simulation', asSeed))
      .option('--json', 'write it as JSON');
    const { help, json, validate, ...given } = parseFlags<Flags>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    if (validate !== true) refuseWithout('--validate', { seed: given.seed, events: given.events });
    const flags = { ...defaults, ...given };
    const needs: PartitionNeeds = {
      fast: { ratePerSecond: flags.fastPerSecond, serviceMs: flags.fastMs },
      slow: { ratePerSecond: flags.slowPerSecond, serviceMs: flags.slowMs },
      workers: flags.workers,
      queueSize: flags.queue,
    };
    const compared = comparePartition(needs);
    const measured =
      validate === true
        ? await simulatePartition(
            needs,
            compared.split,
            { seed: flags.seed, count: flags.events },
            showProgress,
          )
        : undefined;
    const recommended = measured === undefined ? compared.better : bestMeasured(needs, measured);
    const text =
      json === true
        ? JSON.stringify({ needs, ...compared, ...(measured && { measured }), recommended })
        : partitionText(compared, measured, recommended);
    return { text, exitCode: exitCodes.asExpected };
  },
};

type Arrangement = keyof PartitionMeasurement;

const titles: Readonly<Record<Arrangement, string>> = {
  shared: 'one pool',
  split: 'two pools',
  lanes: 'one pool with a reserved lane',
};

/** What was measured decides: the prediction knows no lanes, and may be wrong. */
function bestMeasured(needs: PartitionNeeds, measured: PartitionMeasurement): Arrangement {
  const outcomesOf = (name: Arrangement): Outcomes => ({
    fast: classOutcome(needs.fast, means(measured[name].fast)),
    slow: classOutcome(needs.slow, means(measured[name].slow)),
  });
  return bestArrangement(
    needs,
    (['shared', 'split', 'lanes'] as const).map((name) => [name, outcomesOf(name)] as const),
  );
}

function means({ dropRatio, meanWaitMs }: MeasuredClass): {
  readonly dropRatio: number;
  readonly meanWaitMs: number;
} {
  return { dropRatio: dropRatio.mean, meanWaitMs: meanWaitMs.mean };
}

function measuredCells({ dropRatio, meanWaitMs }: MeasuredClass): string[] {
  return [
    `${shareText(Math.max(0, dropRatio.low))} to ${shareText(dropRatio.high)}`,
    `${formatValue(Math.max(0, meanWaitMs.low), 'ms')} to ${formatValue(meanWaitMs.high, 'ms')}`,
  ];
}

function partitionText(
  { shared, split, better, reason }: ReturnType<typeof comparePartition>,
  measured: PartitionMeasurement | undefined,
  recommended: Arrangement,
): string {
  const kinds = ['fast', 'slow'] as const;
  const rows = (['shared', 'split'] as const).flatMap((name) =>
    kinds.map((kind) => {
      const outcome = (name === 'shared' ? shared : split)[kind];
      const seen = measured?.[name][kind];
      return [
        `${name === 'shared' ? 'one pool' : 'two pools'}, ${kind}`,
        shareText(outcome.dropRatio),
        formatValue(outcome.meanWaitMs, 'ms'),
        ...(seen ? measuredCells(seen) : []),
      ];
    }),
  );
  const lanes = kinds.flatMap((kind) =>
    measured === undefined
      ? []
      : [[`one pool, reserved lane, ${kind}`, '', '', ...measuredCells(measured.lanes[kind])]],
  );
  const head = [
    '',
    'dropped',
    'mean wait',
    ...(measured ? ['dropped, measured (99 %)', 'mean wait, measured (99 %)'] : []),
  ];
  return [
    markdownTable(head, [...rows, ...lanes]),
    '',
    `Two pools: ${split.fastWorkers} workers and ${split.fastQueue} places for fast work, the rest for slow.`,
    measured === undefined
      ? `Better: ${titles[better]}. ${reason}`
      : `Better, as measured: ${titles[recommended]}. ${
          recommended === better
            ? ''
            : `The prediction${recommended === 'lanes' ? ', which knows no lanes,' : ''} was for ${titles[better]}. `
        }${reason}`,
  ].join('\n');
}
