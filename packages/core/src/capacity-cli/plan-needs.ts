import type { CapacityNeeds, CapacityTargets } from '../capacity/index.ts';
import { UsageError } from '../command-line/portable.ts';
import { mostWorkers, planDefaults, type PlanFigures } from './plan-inputs.ts';

/** A load, and what its pool has to keep. */
export type PlanNeeds = CapacityNeeds & { readonly targets: CapacityTargets };

/**
 * What the figures ask for.
 *
 * @throws UsageError when figures are missing, or when no model is right about them together
 */
export function needsOf(flags: Partial<PlanFigures> & { readonly trace?: string }): PlanNeeds {
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
  { trace }: { readonly trace?: string },
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
