import type { Random } from '@firedrill/core/simulation';
import type { Region } from '../domain.ts';
import { highestScore, licence, unscoredAtMostCents } from '../truth/contracts.ts';

/** What of an order lies where something is decided. */
export interface Edge {
  readonly amountCents?: number;
  readonly fraudScore?: number;
}

/** Fees of half a cent, which go to the even one; and amounts that are hardly more than the fee. */
const ofFees = [500, 2_500, 4_500, 1, 30, 31] as const;

/** Draws an amount or a score on either side of a limit: there "at most" and "less than" are not the same. */
export function drawEdge(random: Random, region: Region): Edge {
  const isAbove = random.chance(0.5) ? 1 : 0;
  const fee = random.pick(ofFees);
  return random.pick<Edge>([
    { amountCents: fee },
    { amountCents: unscoredAtMostCents + isAbove },
    { amountCents: licence[region] + isAbove },
    { fraudScore: highestScore + 0.001 * isAbove },
  ]);
}
