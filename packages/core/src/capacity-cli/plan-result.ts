import {
  adjustmentFor,
  type AlertRule,
  alertRules,
  type AlertThresholds,
  alertThresholds,
  burstBand,
  type CapacityTargets,
  planCapacity,
  type PlannedLoad,
  type PlannedPool,
  plannedPool,
  type PoolSize,
  replayPool,
  sizeForRecorded,
  waitQuantile,
} from '../capacity/index.ts';
import type { GivenPlanFlags } from './plan-options.ts';
import type { PlanSubject, RecordedLoad } from './plan-subject.ts';
import type { PoolValidation } from './validate.ts';

/** What recorded work would have met in a pool. */
export interface PoolReplay {
  readonly dropRatio: number;
  readonly meanWaitMs: number;
  readonly waitP99Ms: number;
  /** Whether the recording would have kept the targets. */
  readonly meetsTargets: boolean;
}

/** One pool of a plan: a column of its table. */
export interface PlanColumn extends PlannedPool {
  readonly id: 'guide' | 'rule' | 'targets' | 'recorded' | 'given';
  readonly title: string;
  readonly replay?: PoolReplay;
  readonly validation?: readonly PoolValidation[];
}

/** Everything that a plan says, as `--json` prints it. */
export interface PlanResult {
  readonly load: PlannedLoad & { readonly peakMultiplier: number; readonly processingMs: number };
  readonly targets: CapacityTargets;
  readonly burst: { readonly factor: number; readonly band: string; readonly meaning: string };
  readonly trace?: Pick<RecordedLoad, 'file' | 'arrivals' | 'service'>;
  readonly example?: { readonly scenario: string; readonly expectedDrops: string };
  readonly pools: readonly PlanColumn[];
  /** Id of the pool that is recommended. */
  readonly chosen: PlanColumn['id'];
  readonly alerts: AlertThresholds;
  /** The same as rules, for a watcher or a rule file. */
  readonly alertRules: readonly AlertRule[];
  readonly notes: readonly string[];
}

/** Plans, and predicts every pool that is worth a look. */
export function planResult(subject: PlanSubject, flags: GivenPlanFlags): PlanResult {
  const { needs, recorded, worked } = subject;
  const replayable = recorded?.work.isCoarse === true ? undefined : recorded;
  const { burstFactor, peakMultiplier = 1, targets, handlers = 1 } = needs;
  const plan = planCapacity(needs);
  const load: PlannedLoad = plannedLoad(needs);
  const column = (id: PlanColumn['id'], title: string, pool: PlannedPool): PlanColumn => ({
    id,
    title,
    ...pool,
    ...(replayable && { replay: replayed(replayable, pool, targets) }),
  });
  const sized = (size: PoolSize): PlannedPool => plannedPool(load, peakMultiplier, size, targets);
  const fromTrace = replayable && sizeForRecorded(replayable.work, { burstFactor, targets });
  const { workers, queue } = flags;
  const given =
    workers === undefined || queue === undefined ? undefined : { workers, queueSize: queue };
  const pools = [
    column('rule', 'rule of thumb', plan.rule),
    ...(plan.targeted ? [column('targets', 'meets the targets', plan.targeted)] : []),
    ...(fromTrace ? [column('recorded', 'enough for the recording', sized(fromTrace))] : []),
    ...(given ? [column('given', 'as given', sized(given))] : []),
  ];
  const chosen = fromTrace ? 'recorded' : plan.targeted ? 'targets' : 'rule';
  const chosenPool = pools.find(({ id }) => id === chosen) ?? plan;
  const band = burstBand(burstFactor);
  const processingMs = needs.serviceMs * handlers;
  const alerts = alertThresholds({ processingMs, queueSize: chosenPool.queueSize });
  return {
    load: { ...load, peakMultiplier, processingMs },
    targets,
    burst: {
      factor: burstFactor,
      band: band?.name ?? 'none',
      meaning: band?.meaning ?? 'Below 1.5: next to no tolerance of bursts.',
    },
    ...(recorded && {
      trace: { file: recorded.file, arrivals: recorded.arrivals, service: recorded.service },
    }),
    ...(worked && {
      example: { scenario: worked.scenario, expectedDrops: worked.expectedDrops.text },
    }),
    pools,
    chosen,
    alerts,
    alertRules: alertRules(alerts, chosenPool),
    notes: [...(recorded?.work.notes ?? []), ...notesOn(pools, targets, burstFactor)],
  };
}

/** Whether every prediction agrees with its measurement. */
export function allAgree(pools: readonly PlanColumn[]): boolean {
  return pools.every(({ validation = [] }) =>
    validation.every(({ dropRatio, meanWaitMs }) => dropRatio.agrees && meanWaitMs.agrees),
  );
}

function plannedLoad(needs: PlanSubject['needs']): PlannedLoad {
  const { ratePerSecond, serviceMs, handlers, serviceVariation, serviceShape, arrivalVariation } =
    needs;
  return {
    ratePerSecond,
    serviceMs,
    ...(handlers !== undefined && { handlers }),
    ...(serviceVariation !== undefined && { serviceVariation }),
    ...(serviceShape !== undefined && { serviceShape }),
    ...(arrivalVariation !== undefined && { arrivalVariation }),
  };
}

function replayed(
  { work }: RecordedLoad,
  size: PoolSize,
  { dropRatio: most, waitMs = Infinity, waitPercentile = 99 }: CapacityTargets,
): PoolReplay {
  const { dropRatio, meanWaitMs, waitP99Ms, waitsMs } = replayPool(work, size);
  const wait = waitQuantile(waitsMs, waitPercentile / 100);
  return { dropRatio, meanWaitMs, waitP99Ms, meetsTargets: dropRatio <= most && wait <= waitMs };
}

function notesOn(
  pools: readonly PlanColumn[],
  targets: CapacityTargets,
  burstFactor: number,
): string[] {
  const rule = pools.find(({ id }) => id === 'rule');
  const notes: string[] = [];
  if (rule !== undefined && rule.meetsTargets === false) {
    const { action } = adjustmentFor({
      dropRatio: rule.peak.dropRatio,
      targetDropRatio: targets.dropRatio,
      utilisation: rule.peak.utilisation,
      waitMs: rule.peak.waitP99Ms,
      ...(targets.waitMs !== undefined && { targetWaitMs: targets.waitMs }),
    });
    const percent = (rule.peak.utilisation * 100).toFixed(0);
    notes.push(
      `The rule of thumb does not meet the targets: it fills the workers to ${percent} % at the peak. ${action}`,
    );
  }
  if (!pools.some(({ id }) => id === 'targets')) {
    notes.push('No pool within reach meets the targets: allow more drops or a longer wait.');
  }
  if (burstFactor > 4) notes.push(burstBand(burstFactor)?.meaning ?? '');
  return notes;
}
