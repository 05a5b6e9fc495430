import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Request } from '../domain.ts';
import { type Outcome, suspendedMs } from '../domain/outcomes.ts';
import type { Clinics } from '../types.ts';
import type { Press } from './desks.ts';

/** Of those who break the glass in the storm, every so many-th had no emergency. */
const everySoMany = 4;

/** How far from the end of a suspension people try: no clock is off by that much, in ms. */
const clearOfEndMs = 60_000;

/** From the review until whoever was suspended tries again, in ms. */
export const triesAgainMs = suspendedMs + clearOfEndMs;

/** What an officer finds, whoever asks how often. Whoever tries again has learned. */
export function outcomeOf({ arrival }: Visit<Clinics>, { requestId }: Request): Outcome {
  const isFirst = requestId === `request-${arrival.index + 1}`;
  return isFirst && arrival.index % everySoMany === 0 ? 'unjustified' : 'justified';
}

/** Whose emergency was none tries once more at once, and when they may again; what they are shown is reviewed. */
export async function breakAgain(
  visit: Visit<Clinics>,
  request: Request,
  press: Press,
  review: (request: Request) => Promise<void>,
): Promise<void> {
  if (outcomeOf(visit, request) !== 'unjustified') return;
  const tryOnce = async (when: string): Promise<void> => {
    const again = { ...request, requestId: `${request.requestId}-${when}` };
    const answer = await press(again);
    if (answer?.status === 'shown') await review(again);
  };
  await tryOnce('at-once');
  await sleep(triesAgainMs);
  await tryOnce('later');
}
