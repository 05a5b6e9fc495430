import {
  atLeast,
  ceiling,
  count,
  oneOf,
  percentile,
  positive,
  type ReadNumber,
  type ReadValue,
  refuseWithout,
  share,
  UsageError,
} from '../command-line/portable.ts';
import { serviceShapes, type ServiceShape } from '../capacity/index.ts';

/** What a plan is made from, without a recording. */
export interface PlanFigures {
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
}

export const planDefaults = {
  hooks: 1,
  variation: 1,
  shape: 'log-normal',
  arrivalVariation: 1,
  peak: 1,
  burst: 2,
  targetDropRate: 0.001,
  targetPercentile: 99,
} as const;

/** More workers than this are no pool in one process. */
export const mostWorkers = 1_000_000;

/** One figure, as the command line takes it; its name there is that of a field, too. */
export interface PlanInput {
  readonly name: keyof PlanFigures;
  /** Such as `--processing-ms <ms>`. */
  readonly flags: string;
  readonly description: string;
  /** What it is counted in, where it is. */
  readonly unit?: string;
  /** The names that it may have, when it is no number. */
  readonly names?: readonly string[];
  readonly read: ReadNumber | ReadValue<string>;
}

/** In the order of the help. */
export const planInputs: readonly PlanInput[] = [
  {
    name: 'eventsPerSecond',
    flags: '--events-per-second <n>',
    description: 'events a second',
    unit: '/s',
    read: positive('5000'),
  },
  {
    name: 'processingMs',
    flags: '--processing-ms <ms>',
    description: 'mean time of an event, all its handlers together',
    unit: 'ms',
    read: positive('2'),
  },
  {
    name: 'hooks',
    flags: '--hooks <n>',
    description: 'handlers of an event (default: 1)',
    read: count(1, 100, '5'),
  },
  {
    name: 'variation',
    flags: '--variation <n>',
    description: 'standard deviation over mean of a handler’s time (default: 1)',
    read: atLeast(0, '1.5'),
  },
  {
    name: 'shape',
    flags: '--shape <name>',
    description: `family of times that vary more: ${serviceShapes.join(', ')} (default: log-normal)`,
    names: serviceShapes,
    read: oneOf(serviceShapes),
  },
  {
    name: 'arrivalVariation',
    flags: '--arrival-variation <n>',
    description: 'the same of the time between events (default: 1)',
    read: atLeast(0, '1'),
  },
  {
    name: 'peak',
    flags: '--peak <n>',
    description: 'highest rate over the usual one (default: 1)',
    read: atLeast(1, '2'),
  },
  {
    name: 'burst',
    flags: '--burst <n>',
    description: 'queue places for each worker (default: 2)',
    read: positive('2'),
  },
  {
    name: 'targetDropRate',
    flags: '--target-drop-rate <share>',
    description: 'most that may be dropped at the peak (default: 0.1%)',
    read: share('0.1%'),
  },
  {
    name: 'targetWaitMs',
    flags: '--target-wait-ms <ms>',
    description: 'longest wait at the peak',
    unit: 'ms',
    read: positive('5'),
  },
  {
    name: 'targetPercentile',
    flags: '--target-percentile <p>',
    description: 'of that wait (default: 99)',
    unit: 'percentile',
    read: percentile,
  },
  {
    name: 'maxUtilisation',
    flags: '--max-utilisation <n>',
    description: 'highest utilisation at the peak',
    read: ceiling('0.8'),
  },
  {
    name: 'minWorkers',
    flags: '--min-workers <n>',
    description: 'fewest workers',
    read: count(1, mostWorkers, '2'),
  },
  {
    name: 'workers',
    flags: '--workers <n>',
    description: 'with --queue: a pool to be looked at',
    read: count(1, mostWorkers, '10'),
  },
  {
    name: 'queue',
    flags: '--queue <n>',
    description: 'with --workers: its queue',
    read: count(0, 100 * mostWorkers, '20'),
  },
];

/** `--processing-ms <ms>` is named `processing-ms`. */
export const inputName = ({ flags }: Pick<PlanInput, 'flags'>): string =>
  flags.slice(2, flags.indexOf(' '));

/** @throws UsageError for figures that mean nothing without others */
export function checkFigures({
  workers,
  queue,
  targetWaitMs,
  targetPercentile,
}: Partial<PlanFigures>): void {
  if ((workers === undefined) !== (queue === undefined)) {
    const [there, missing] = workers === undefined ? ['queue', 'workers'] : ['workers', 'queue'];
    throw new UsageError({
      given: `--${there}`,
      cause: `--${missing} is missing beside it`,
      remedy: 'Give both, or neither.',
    });
  }
  if (targetWaitMs === undefined) {
    refuseWithout('--target-wait-ms', { 'target-percentile': targetPercentile });
  }
}

/**
 * Reads figures as they were typed, by the names of the command line, such as `processing-ms`.
 *
 * @throws UsageError for what the command line would refuse, in its words
 */
export function readFigures(texts: ReadonlyMap<string, string>): Partial<PlanFigures> {
  const entries = planInputs.flatMap((input) => {
    const text = texts.get(inputName(input));
    return text === undefined ? [] : [[input.name, input.read(inputName(input), text)] as const];
  });
  const figures: Partial<PlanFigures> = Object.fromEntries(entries);
  checkFigures(figures);
  return figures;
}
