import { requireCount, requireNotNegative, requirePositive } from '../checks.ts';
import { alertThresholds } from './alerts.ts';

/** What is wrong, as an operator would say it. */
export type Symptom = 'drops' | 'emit-latency' | 'inconsistent' | 'wait' | 'idle';

/** A symptom, how to tell its cause, and what helps. */
export interface TroubleshootingRule {
  readonly symptom: Symptom;
  readonly title: string;
  readonly diagnosis: readonly string[];
  readonly remedies: readonly string[];
}

/** Above this utilisation the guide adds workers. */
export const overloadedAbove = 0.9;
/** Below this one, drops come from something other than too few workers. */
export const idleBelow = 0.7;

/** How each symptom is told, and what helps. */
export const troubleshootingRules: readonly TroubleshootingRule[] = [
  {
    symptom: 'drops',
    title: 'More is dropped than expected',
    diagnosis: [
      'Capacity = workers x 1,000 / processing time in ms; utilisation = rate / capacity.',
      `Above ${overloadedAbove}: too few workers. Below ${idleBelow}: something else stalls them.`,
    ],
    remedies: [
      `Above ${overloadedAbove}: workers = ceiling(workers x utilisation x 1.1).`,
      `Below ${idleBelow}: look for garbage collection, contention, a blocked event loop; profile.`,
      'In between: arrivals come in bursts; lengthen the queue.',
    ],
  },
  {
    symptom: 'emit-latency',
    title: 'Emitting takes long',
    diagnosis: [
      'An emit only enters a queue: if it is slow, the event loop is busy elsewhere.',
      'Measure it: capacity emit on an idle machine, meterEmits in the process.',
      'Measure event-loop delay (perf_hooks.monitorEventLoopDelay) and garbage collection (--trace-gc).',
    ],
    remedies: [
      'Make the handlers shorter, or give way in long ones.',
      'Register fewer handlers.',
      'Move synchronous work to a worker thread.',
    ],
  },
  {
    symptom: 'inconsistent',
    title: 'Performance varies',
    diagnosis: [
      'Plot the queue depth over time: bursts show as spikes.',
      'Compare the peak of a window with the mean rate (calibrate does, from a log).',
    ],
    remedies: [
      'Lengthen the queue (a larger burst factor).',
      'Limit the rate at the source.',
      'Smooth the load: batches, jitter on schedules.',
    ],
  },
  {
    symptom: 'wait',
    title: 'Little is dropped, but work waits long',
    diagnosis: ['The queue holds what the workers cannot take: a longer one only waits longer.'],
    remedies: ['Add workers, make handlers faster, or shorten the queue and drop more.'],
  },
  {
    symptom: 'idle',
    title: 'Workers have little to do',
    diagnosis: [`A utilisation below ${idleBelow} at the peak, with nothing dropped.`],
    remedies: ['Reduce the workers to save resources.'],
  },
];

/** What is seen of a running pool. */
export interface PoolObservation {
  readonly workers: number;
  readonly queueSize: number;
  /** Mean time of all handlers of one event. */
  readonly processingMs: number;
  readonly ratePerSecond: number;
  /** 0 to 1. */
  readonly dropRatio: number;
  /** What would be fine. Default 0.01. */
  readonly acceptableDropRatio?: number;
  /** Mean wait; with it a long wait is diagnosed, too. */
  readonly waitMs?: number;
  /** Time of an emit in microseconds, to be held against `alertThresholds`. */
  readonly emitMicros?: number;
  /** The highest rate over the mean one. */
  readonly peakMultiplier?: number;
}

/**
 * What the figures of a pool say is wrong (capacity per second; utilisation as a ratio), and the remedies.
 */
export interface Diagnosis {
  readonly capacityPerSecond: number;
  readonly utilisation: number;
  readonly symptom: Symptom | 'none';
  readonly finding: string;
  /** The guide's number, where it has one: it divides by nothing but its own 1.1 of reserve. */
  readonly newWorkers?: number;
  readonly remedies: readonly string[];
}

/**
 * Applies the troubleshooting rules to what is seen.
 *
 * The guide's new number of workers, workers x utilisation x 1.1, leaves a utilisation of 1 / 1.1 =
 * 0.91 when it is right about the load: it is a step, not a target, and is followed by another look.
 *
 * @throws RangeError that names the option and the value
 */
export function diagnosePool(seen: PoolObservation): Diagnosis {
  requireCount('workers', seen.workers, 1);
  requireCount('queueSize', seen.queueSize, 0);
  requirePositive('processingMs', seen.processingMs);
  requireNotNegative('ratePerSecond', seen.ratePerSecond);
  const capacityPerSecond = (seen.workers * 1_000) / seen.processingMs;
  const utilisation = seen.ratePerSecond / capacityPerSecond;
  const symptom = symptomOf(seen, utilisation);
  const base = { capacityPerSecond, utilisation, symptom };
  const percent = `${Math.round(utilisation * 100)} %`;
  if (symptom === 'drops') return { ...base, ...dropDiagnosis(seen, utilisation, percent) };
  if (symptom === 'none') {
    return { ...base, finding: `At ${percent} utilisation, nothing is wrong.`, remedies: [] };
  }
  return { ...base, finding: findings[symptom](percent), remedies: remediesOf(symptom) };
}

const findings: Readonly<Record<Exclude<Symptom, 'drops'>, (utilisation: string) => string>> = {
  'emit-latency': () => 'An emit takes longer than a queue takes to enter.',
  inconsistent: () => 'The load comes in bursts: its peak is more than twice its mean.',
  wait: () => 'Work waits longer than it runs, and little is dropped.',
  idle: (utilisation) => `At ${utilisation} utilisation, fewer workers would do.`,
};

/** In the order in which they hurt. */
function symptomOf(seen: PoolObservation, utilisation: number): Symptom | 'none' {
  const { processingMs, queueSize } = seen;
  if (seen.dropRatio > (seen.acceptableDropRatio ?? 0.01)) return 'drops';
  const { emitMicros } = alertThresholds({ processingMs, queueSize });
  if ((seen.emitMicros ?? 0) > emitMicros) return 'emit-latency';
  if ((seen.waitMs ?? 0) > processingMs) return 'wait';
  if ((seen.peakMultiplier ?? 1) > 2) return 'inconsistent';
  return utilisation < idleBelow && seen.workers > 1 ? 'idle' : 'none';
}

function dropDiagnosis(
  { workers }: PoolObservation,
  utilisation: number,
  percent: string,
): Pick<Diagnosis, 'finding' | 'newWorkers' | 'remedies'> {
  const [whenHigh = '', whenLow = '', between = ''] = remediesOf('drops');
  if (utilisation > overloadedAbove) {
    return {
      finding: `At ${percent} utilisation there are too few workers.`,
      newWorkers: Math.ceil(workers * utilisation * 1.1 * (1 - 1e-12)),
      remedies: [whenHigh],
    };
  }
  if (utilisation < idleBelow) {
    return {
      finding: `At ${percent} utilisation workers are not what is missing.`,
      remedies: [whenLow],
    };
  }
  return { finding: `At ${percent} utilisation the drops come in bursts.`, remedies: [between] };
}

function remediesOf(symptom: Symptom): readonly string[] {
  return troubleshootingRules.find((rule) => rule.symptom === symptom)?.remedies ?? [];
}
