import { requirePositive } from '../checks.ts';

/** A range of burst factors: queue places for each worker. */
export interface BurstBand {
  readonly from: number;
  /** Not included, but in the first band, which has no other below it. */
  readonly to: number;
  readonly name: string;
  readonly meaning: string;
}

/** The guide's bands; where two of them share a bound, it belongs to the upper one. */
export const burstBands: readonly BurstBand[] = [
  { from: 1.5, to: 2, name: 'conservative', meaning: 'Little tolerance of bursts.' },
  { from: 2, to: 3, name: 'balanced', meaning: 'Moderate bursts.' },
  { from: 3, to: 4, name: 'high tolerance', meaning: 'Spikes of traffic.' },
  {
    from: 4,
    to: Infinity,
    name: 'excessive',
    meaning:
      'Above 4 the architecture is in question: a longer queue is a longer wait, not capacity.',
  },
];

/**
 * The band of a burst factor; undefined below the first.
 *
 * @throws RangeError for a factor that is not above 0
 */
export function burstBand(burstFactor: number): BurstBand | undefined {
  requirePositive('burstFactor', burstFactor);
  // Exactly 4 still counts as tolerant: only above it does the guide question the architecture.
  if (burstFactor === 4) return burstBands[2];
  return burstBands.find(({ from, to }) => burstFactor >= from && burstFactor < to);
}
