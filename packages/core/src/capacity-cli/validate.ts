import { type PlannedLoad, predictPool, replayPool } from '../capacity/index.ts';
import { type Estimate, holds } from './measure/batch-means.ts';
import { eventsFor, isTooShort } from './measure/settling.ts';
import { simulateLoad } from './measure/simulate-load.ts';
import { type PoolMeasurement, simulatePool } from './measure/simulate-pool.ts';
import type { PlanColumn, PlanResult } from './plan-result.ts';
import type { RecordedLoad } from './plan-subject.ts';
import { showProgress } from './progress.ts';

/** A prediction beside its measurement. */
export interface Comparison {
  readonly predicted: number;
  readonly measured: Estimate;
  /** Inside the 99 % interval, or close enough to its mean. */
  readonly agrees: boolean;
}

/** A pool under one load, predicted and measured. */
export interface PoolValidation {
  readonly load: 'normal' | 'peak' | 'recorded';
  readonly ratePerSecond: number;
  readonly events: number;
  /** Whether the pool would take longer than the run to settle, see `isTooShort`. */
  readonly isTooShort?: boolean;
  readonly dropRatio: Comparison;
  readonly meanWaitMs: Comparison;
  readonly waitP99Ms: { readonly predicted: number; readonly measured: number };
}

export interface ValidationOptions {
  readonly seed: number;
  /** Events of each simulation; by default as many as it takes, see `eventsFor`. */
  readonly events?: number;
}

/**
 * Approximations are told to hold to within 15 %; what is dropped less often than one event in two
 * thousand differs by too few events to be judged.
 */
const relativeTolerance = 0.15;
const dropTolerance = 0.0005;
const waitToleranceMs = 0.01;

/** Runs the real pool in simulation for each pool of a plan, at the normal rate and at the peak. */
export async function validatePlan(
  result: PlanResult,
  recorded: RecordedLoad | undefined,
  options: ValidationOptions,
): Promise<PlanResult> {
  const pools: PlanColumn[] = [];
  for (const pool of result.pools) {
    showProgress(pools.length, result.pools.length);
    const validation =
      recorded === undefined
        ? await validateLoad(result.load, pool, options)
        : [await validateRecorded(recorded, pool, options)];
    pools.push({ ...pool, validation });
  }
  showProgress(pools.length, result.pools.length);
  return { ...result, pools };
}

async function validateLoad(
  { peakMultiplier, ...load }: PlannedLoad & { readonly peakMultiplier: number },
  { workers, queueSize }: PlanColumn,
  { seed, events }: ValidationOptions,
): Promise<PoolValidation[]> {
  const rates = [
    ['normal', load.ratePerSecond],
    ['peak', load.ratePerSecond * peakMultiplier],
  ] as const;
  const validations: PoolValidation[] = [];
  for (const [name, ratePerSecond] of peakMultiplier === 1 ? rates.slice(1) : rates) {
    const full = { ...load, ratePerSecond, workers, queueSize };
    const count = events ?? eventsFor(full);
    const measured = await simulateLoad(full, { seed, count });
    validations.push({
      ...compared(name, ratePerSecond, predictPool(full), measured),
      isTooShort: isTooShort(full, count),
    });
  }
  return validations;
}

/** The recording itself, or as much of it as is asked for, in the real pool and in the replay. */
async function validateRecorded(
  { work }: RecordedLoad,
  { workers, queueSize }: PlanColumn,
  { seed, events = work.atMs.length }: ValidationOptions,
): Promise<PoolValidation> {
  const count = Math.min(events, work.atMs.length);
  const atMs = work.atMs.subarray(0, count);
  const serviceMs = work.serviceMs.subarray(0, count);
  const first = atMs[0] ?? 0;
  const spanMs = (atMs.at(-1) ?? 0) - first;
  const measured = await simulatePool({
    workers,
    queueSize,
    handlers: 1,
    seed,
    count,
    *arrivals() {
      for (const [index, at] of atMs.entries()) {
        yield { atMs: at - first, serviceMs: [serviceMs[index] ?? 0] };
      }
    },
    countsFrom: 0,
  });
  const replay = replayPool({ atMs, serviceMs }, { workers, queueSize });
  return compared('recorded', ((count - 1) * 1_000) / spanMs, replay, measured);
}

function compared(
  load: PoolValidation['load'],
  ratePerSecond: number,
  predicted: {
    readonly dropRatio: number;
    readonly meanWaitMs: number;
    readonly waitP99Ms: number;
  },
  measured: PoolMeasurement,
): PoolValidation {
  return {
    load,
    ratePerSecond,
    events: measured.arrived,
    dropRatio: comparison(predicted.dropRatio, measured.dropRatio, dropTolerance),
    meanWaitMs: comparison(predicted.meanWaitMs, measured.meanWaitMs, waitToleranceMs),
    waitP99Ms: { predicted: predicted.waitP99Ms, measured: measured.waitP99Ms },
  };
}

function comparison(predicted: number, measured: Estimate, tolerance: number): Comparison {
  const distance = Math.abs(predicted - measured.mean);
  return {
    predicted,
    measured,
    agrees:
      holds(measured, predicted) ||
      distance <= Math.max(tolerance, relativeTolerance * measured.mean),
  };
}
