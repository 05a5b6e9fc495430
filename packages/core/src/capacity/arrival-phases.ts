/**
 * The time between arrivals as exponential phases: it begins in one of them, and each leads to the
 * next (in a `sequence`) or to the arrival itself.
 */
export interface ArrivalPhases {
  /** Probability to begin in each phase. */
  readonly starts: Float64Array;
  /** Ends of each phase, per mean time between arrivals. */
  readonly rates: Float64Array;
  /** Whether a phase is followed by the next; otherwise by the arrival. The last always is. */
  readonly isSequence: boolean;
}

/** More phases than this are as good as a clock. */
const mostPhases = 256;

/**
 * Phases with a mean of 1 and this squared variation coefficient.
 *
 * Above 1: hyperexponential with balanced means, both kinds of gap take half of the time (Tijms 2003,
 * "A First Course in Stochastic Models", appendix B): bursts of short gaps between long ones. Below 1: a
 * mixture of Erlang distributions of k - 1 and k phases (ibid.); 0, a clock, has 256 of them.
 */
export function arrivalPhases(scv: number): ArrivalPhases {
  if (scv > 1) {
    const often = (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2;
    return {
      starts: Float64Array.of(often, 1 - often),
      rates: Float64Array.of(2 * often, 2 * (1 - often)),
      isSequence: false,
    };
  }
  const phases = Math.min(mostPhases, Math.max(1, Math.ceil(1 / scv)));
  const kept = Math.max(scv, 1 / phases);
  const shorter = phases === 1 ? 0 : shareOfShorter(phases, kept);
  const starts = new Float64Array(phases);
  starts[0] = 1 - shorter;
  if (phases > 1) starts[1] = shorter;
  const rates = new Float64Array(phases).fill(phases - shorter);
  return { starts, rates, isSequence: true };
}

/** Probability of one phase less, for this squared variation coefficient from 1 / k to 1 / (k - 1). */
function shareOfShorter(phases: number, scv: number): number {
  const root = phases * (1 + scv) - phases * phases * scv;
  return Math.max(0, (phases * scv - Math.sqrt(Math.max(0, root))) / (1 + scv));
}
