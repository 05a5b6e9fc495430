/** A step of planning, in order. */
export interface PlanningStep {
  readonly step: number;
  readonly title: string;
  readonly how: readonly string[];
}

/** The guide's way to a configuration. */
export const decisionTree: readonly PlanningStep[] = [
  {
    step: 1,
    title: 'Measure the processing time',
    how: [
      'Profile the handlers: the time of all handlers of one event, mean and variation.',
      'From running hooks: metricsOf(hooks).run; from a log: calibrate --trace.',
    ],
  },
  {
    step: 2,
    title: 'Calculate the base configuration',
    how: ['workers = ceiling(peak rate x processing time).', 'queue = workers x burst factor.'],
  },
  {
    step: 3,
    title: 'Validate it',
    how: ['--validate runs the real pool under that load and compares drops and waits.'],
  },
  {
    step: 4,
    title: 'Adjust to the result',
    how: ['See the adjustments below; then validate again.'],
  },
];

/** What a validated configuration showed. */
export type Outcome =
  | 'drops-too-high'
  | 'latency-too-high'
  | 'low-utilisation'
  | 'bursty-drops'
  | 'fits';

/** What to do about one outcome of a validation. */
export interface Adjustment {
  readonly outcome: Outcome;
  readonly title: string;
  readonly action: string;
}

/** What to do about each outcome, in the order of the guide. */
export const adjustments: readonly Adjustment[] = [
  {
    outcome: 'drops-too-high',
    title: 'Too much is dropped',
    action: 'Add workers first, then lengthen the queue.',
  },
  {
    outcome: 'bursty-drops',
    title: 'Drops come in bursts',
    action: 'Lengthen the queue: raise the burst factor.',
  },
  {
    outcome: 'latency-too-high',
    title: 'Little is dropped, but it takes long',
    action: 'Look for contention, and make the handlers faster.',
  },
  {
    outcome: 'low-utilisation',
    title: 'Low utilisation',
    action: 'Reduce the workers to save resources.',
  },
  { outcome: 'fits', title: 'Everything within its targets', action: 'Deploy it, and watch it.' },
];

/** What was measured in validation, against what is wanted. */
export interface ValidationOutcome {
  readonly dropRatio: number;
  readonly targetDropRatio: number;
  readonly utilisation: number;
  readonly waitMs?: number;
  readonly targetWaitMs?: number;
}

/**
 * Step 4 of the decision tree, in its order: drops, then latency, then idle workers.
 *
 * @throws RangeError when the table of adjustments lacks an outcome, which is a defect of this package
 */
export function adjustmentFor(seen: ValidationOutcome): Adjustment {
  const { dropRatio, targetDropRatio, utilisation, waitMs = 0, targetWaitMs = Infinity } = seen;
  const outcome = ((): Outcome => {
    // Drops while workers are idle much of the time can only come in bursts.
    if (dropRatio > targetDropRatio) return utilisation < 0.7 ? 'bursty-drops' : 'drops-too-high';
    if (waitMs > targetWaitMs) return 'latency-too-high';
    return utilisation < 0.5 ? 'low-utilisation' : 'fits';
  })();
  const found = adjustments.find((adjustment) => adjustment.outcome === outcome);
  if (found === undefined)
    throw new RangeError(`Failed to adjust: there is no outcome ${outcome}.`);
  return found;
}
