import { type Sample, wilsonInterval } from './wilson.ts';

/** Somebody who was scored, with what is true of him: the kind that was planted, or nothing. */
export interface Scored {
  readonly score: number;
  /** `undefined`: honest. */
  readonly kind: string | undefined;
}

/** A share with the interval in which the true one lies with 99 % confidence (Wilson 1927). */
export interface MeasuredShare extends Sample {
  readonly share: number;
  readonly interval: readonly [low: number, high: number];
}

/** What a detector does at one threshold: scores above it are alarms. */
export interface OperatingPoint {
  readonly threshold: number;
  /** Of the planted, those that were found. */
  readonly recall: MeasuredShare;
  /** Of the honest, those that were taken for planted. */
  readonly falseAlarms: MeasuredShare;
  /** As `recall`, for each kind. */
  readonly byKind: ReadonlyMap<string, MeasuredShare>;
}

/** A share of a sample; of nothing it is 0, and the interval all there is. */
export const measuredShare = (sample: Sample): MeasuredShare => ({
  ...sample,
  share: sample.of === 0 ? 0 : sample.part / sample.of,
  interval: wilsonInterval(sample),
});

/** What a detector would have done at each of these thresholds. */
export const sweep = (
  scored: readonly Scored[],
  thresholds: readonly number[],
): readonly OperatingPoint[] => thresholds.map((threshold) => operatingPoint(scored, threshold));

/** What a detector does at one threshold. */
export function operatingPoint(scored: readonly Scored[], threshold: number): OperatingPoint {
  const shareOf = (some: readonly Scored[]): MeasuredShare =>
    measuredShare({ part: some.filter(({ score }) => score > threshold).length, of: some.length });
  const planted = scored.filter(({ kind }) => kind !== undefined);
  const kinds = Map.groupBy(planted, ({ kind }) => kind ?? '');
  return {
    threshold,
    recall: shareOf(planted),
    falseAlarms: shareOf(scored.filter(({ kind }) => kind === undefined)),
    byKind: new Map([...kinds].map(([kind, some]) => [kind, shareOf(some)])),
  };
}

/**
 * Of the alarms, the share that is right, where this share of all is what is looked for (Bayes 1763):
 * a test harness plants far more than there is in the world, and what it measures as precision says
 * little of the world.
 *
 * @param baseRate share of all that is what is looked for, 0 to 1
 * @throws RangeError for a base rate that is no share
 */
export function precisionAt(
  baseRate: number,
  { recall, falseAlarms }: { readonly recall: number; readonly falseAlarms: number },
): number {
  if (!(baseRate >= 0 && baseRate <= 1)) {
    throw new RangeError(`Invalid baseRate ${baseRate}: use a share from 0 to 1.`);
  }
  const right = baseRate * recall;
  const alarms = right + (1 - baseRate) * falseAlarms;
  return alarms === 0 ? 0 : right / alarms;
}
