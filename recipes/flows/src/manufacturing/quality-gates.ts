import { gate, scorchC } from './house-rules.ts';

/** What became of a part, and why. */
export interface PartResult {
  readonly serial: string;
  readonly isAccepted: boolean;
  readonly why: 'good' | 'lot-expired' | 'profile' | 'hardness';
  /** As the gauge says, in percent. `null` where it was not measured. */
  readonly hardness: number | null;
}

/** The first gate: whether a lot of adhesive may be used. @param atMs on the clock of the line */
export const isFresh = (bestBeforeMs: number, atMs: number): boolean => atMs < bestBeforeMs;

/** The second: whether all is known of a tray's stay in the oven, and as it should be. */
export const isProfileGood = (profile: {
  readonly cure: number;
  readonly peakC: number;
  readonly isWhole: boolean;
}): boolean => profile.isWhole && profile.cure >= gate.cureAt && profile.peakC < scorchC - 3;

/**
 * The third: whether a part is as hard as it has to be. What the gauge may be wrong by is taken off
 * first, so that doubt is on the side of whoever gets the part (as ISO 14253-1 has it for conformity).
 */
export const isHard = (hardness: number): boolean =>
  hardness >= gate.leastHardness + gate.guardBand;
