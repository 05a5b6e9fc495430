import {
  type ArrivalTimes,
  arrivalTimesFrom,
  type CapacityNeeds,
  type CapacityTargets,
  type RecordedWork,
  type ServiceTimes,
  serviceTimesFrom,
  type WorkedConfiguration,
  workedConfigurations,
} from '../capacity/index.ts';
import { callerPath, UsageError } from '../command-line/index.ts';
import { type GivenPlanFlags, mostWorkers, planDefaults } from './plan-options.ts';
import { type ReadWork, readWork, workColumns } from './read-work.ts';

/** Recorded work, and what it comes to. */
export interface RecordedLoad {
  readonly file: string;
  readonly work: ReadWork;
  readonly arrivals: ArrivalTimes;
  readonly service: ServiceTimes;
}

/** What is to be planned. */
export interface PlanSubject {
  readonly needs: CapacityNeeds & { readonly targets: CapacityTargets };
  readonly recorded?: RecordedLoad;
  readonly worked?: WorkedConfiguration;
}

/**
 * The load that the flags describe, by figures, by an example, or by a trace.
 *
 * @throws UsageError when figures are missing
 * @throws TraceError for a trace that cannot be used
 */
export async function subjectOf(flags: GivenPlanFlags): Promise<PlanSubject> {
  if (flags.trace !== undefined) return recordedSubject(flags, flags.trace);
  if (flags.example !== undefined) return workedSubject(flags, flags.example);
  const { eventsPerSecond, processingMs } = flags;
  if (eventsPerSecond === undefined || processingMs === undefined) {
    const missing = eventsPerSecond === undefined ? 'events-per-second' : 'processing-ms';
    throw new UsageError({
      given: 'the command line',
      cause: `--${missing} is missing`,
      remedy:
        'Give --events-per-second=<n> and --processing-ms=<ms>, or --trace=<file>, or --example=<name>.',
    });
  }
  return { needs: needsOf(flags, eventsPerSecond, processingMs) };
}

function needsOf(
  flags: GivenPlanFlags,
  eventsPerSecond: number,
  processingMs: number,
): PlanSubject['needs'] {
  const { hooks, variation, shape, arrivalVariation, peak, burst, targetDropRate } = {
    ...planDefaults,
    ...flags,
  };
  const { maxUtilisation, minWorkers, targetWaitMs, targetPercentile } = flags;
  refuseTwoVariations({ hooks, variation, arrivalVariation }, flags);
  const busy = (eventsPerSecond * peak * processingMs) / 1_000 / (maxUtilisation ?? 1);
  if (busy > mostWorkers) {
    throw new UsageError({
      given: 'the load',
      cause: `it keeps ${busy.toPrecision(3)} workers busy, and a plan goes up to ${mostWorkers.toLocaleString('en-US')}`,
      remedy: 'Divide it among several pools, or check the unit of the time (ms).',
    });
  }
  return {
    ratePerSecond: eventsPerSecond,
    serviceMs: processingMs / hooks,
    handlers: hooks,
    serviceVariation: variation,
    serviceShape: shape,
    arrivalVariation,
    peakMultiplier: peak,
    burstFactor: burst,
    ...(maxUtilisation !== undefined && { maxUtilisation }),
    ...(minWorkers !== undefined && { minWorkers }),
    targets: {
      dropRatio: targetDropRate,
      waitPercentile: targetPercentile ?? planDefaults.targetPercentile,
      ...(targetWaitMs !== undefined && { waitMs: targetWaitMs }),
    },
  };
}

/** What no model is right about is refused by the names of its flags. */
function refuseTwoVariations(
  load: { readonly hooks: number; readonly variation: number; readonly arrivalVariation: number },
  { trace }: GivenPlanFlags,
): void {
  const { hooks, variation, arrivalVariation } = load;
  const isBursty = arrivalVariation !== 1;
  const other =
    isBursty && variation !== 1
      ? `the times of handlers vary by ${Number(variation.toPrecision(3))}`
      : hooks > 1 && (isBursty || variation < 1)
        ? `there are ${hooks} handlers`
        : undefined;
  if (other === undefined) return;
  throw new UsageError({
    given: isBursty ? `--arrival-variation=${arrivalVariation}` : `--variation=${variation}`,
    cause: `${other}, and no model is right about both`,
    remedy:
      isBursty && trace !== undefined
        ? 'Leave it out: the recording is replayed with the arrivals that it has.'
        : isBursty
          ? 'Leave one of the two at 1, or plan from a recording with --trace=<file>.'
          : 'Use --variation=1, which drops more and is safe to plan by.',
  });
}

/** The guide sizes its examples for the normal rate, and so does the rule here, unless --peak says. */
function workedSubject(flags: GivenPlanFlags, name: string): PlanSubject {
  const worked = workedConfigurations.find(({ scenario }) => scenario === name);
  if (worked === undefined) throw new RangeError(`Failed to plan: there is no example ${name}.`);
  const { eventsPerSecond, burstFactor, minWorkers } = worked;
  const processingMs = flags.processingMs ?? worked.processingMs;
  const filled = { burst: burstFactor, minWorkers, ...flags };
  return { worked, needs: needsOf(filled, eventsPerSecond, processingMs) };
}

/** A row of a trace is one event with one handler; its peak is that of the busiest window. */
async function recordedSubject(flags: GivenPlanFlags, trace: string): Promise<PlanSubject> {
  const file = callerPath(trace);
  const work = await readWork(file, workColumns(flags));
  const { arrivals, service } = measured(trace, work, flags.windowMs);
  const peak = Math.max(1, arrivals.peakPerSecond / arrivals.ratePerSecond);
  const filled = { variation: service.variation, peak, ...flags };
  return {
    recorded: { file: trace, work, arrivals, service },
    needs: needsOf(filled, arrivals.ratePerSecond, flags.processingMs ?? service.meanMs),
  };
}

function measured(
  file: string,
  { atMs, serviceMs }: RecordedWork,
  windowMs: number | undefined,
): { readonly arrivals: ArrivalTimes; readonly service: ServiceTimes } {
  try {
    return {
      arrivals: arrivalTimesFrom(atMs, windowMs),
      service: serviceTimesFrom(serviceMs),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      {
        given: `--trace=${file}`,
        cause: 'its rows have no rate or no durations',
        remedy: error.message.replace('Failed to calibrate: ', 'Found '),
      },
      { cause: error },
    );
  }
}
