import {
  type ArrivalTimes,
  arrivalTimesFrom,
  type RecordedWork,
  type ServiceTimes,
  serviceTimesFrom,
  type WorkedConfiguration,
  workedConfigurations,
} from '../capacity/index.ts';
import { callerPath, UsageError } from '../command-line/index.ts';
import { needsOf, type PlanNeeds } from './plan-needs.ts';
import type { GivenPlanFlags } from './plan-options.ts';
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
  readonly needs: PlanNeeds;
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
  return { needs: needsOf(flags) };
}

/** The guide sizes its examples for the normal rate, and so does the rule here, unless --peak says. */
function workedSubject(flags: GivenPlanFlags, name: string): PlanSubject {
  const worked = workedConfigurations.find(({ scenario }) => scenario === name);
  if (worked === undefined) throw new RangeError(`Failed to plan: there is no example ${name}.`);
  const { eventsPerSecond, burstFactor, minWorkers } = worked;
  const processingMs = flags.processingMs ?? worked.processingMs;
  const filled = { burst: burstFactor, minWorkers, ...flags };
  return { worked, needs: needsOf({ ...filled, eventsPerSecond, processingMs }) };
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
    needs: needsOf({
      ...filled,
      eventsPerSecond: arrivals.ratePerSecond,
      processingMs: flags.processingMs ?? service.meanMs,
    }),
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
