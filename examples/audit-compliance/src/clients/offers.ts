import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import type { Request } from '../domain.ts';
import { offerMs } from '../domain/offers.ts';
import type { Clinics } from '../types.ts';
import type { Press } from './desks.ts';

/** What people do whom a slot is offered: shares of those who hear of it in time. */
const shares = { accept: 0.5, decline: 0.2, late: 0.15 } as const;

/** Of those who accept, so many give it back a little later. */
const givenBackShare = 0.5;

/** Of those who decline, so many take back that they wanted a slot at all. */
const cancelledShare = 0.5;

/** For so long they look for an offer, and so often; whoever is late is so late that no clock is off by that. */
const patienceMs = 6 * 60_000;
const lookEveryMs = 5_000;
const lateMs = 60_000;

/** So long after a booking the last who wait have answered, or let lapse what was offered to them, in ms. */
export const offersEndMs = patienceMs + offerMs + lateMs;

/** Of those who have a slot, so many give it back when others wait by then. */
const laterShare = 0.5;

/** Half of those who have a slot give it back, minutes later. Says whether they did. */
export async function giveBackLater(
  { context }: Visit<Clinics>,
  booking: Extract<Request, { kind: 'book' }>,
  press: Press,
): Promise<boolean> {
  const random = context.random('given back');
  const afterMs = random.integer(60_000, 180_000);
  if (!random.chance(laterShare)) return false;
  await sleep(afterMs);
  const { requestId: appointmentId } = booking;
  const requestId = `given-back-${appointmentId}`;
  await press({ ...booking, kind: 'cancel', requestId, appointmentId });
  return true;
}

/**
 * Waits for an offer, and answers it or not; who has waited in vain stays on the list, and lets an offer lapse. Says
 * whether the slot is theirs, and stays so.
 *
 * @param random decides what they do
 */
export async function answerOffer(
  { context, truth }: Visit<Clinics>,
  booking: Extract<Request, { kind: 'book' }>,
  press: Press,
  random: Random,
): Promise<boolean> {
  const mood = random.next();
  const thinkMs = random.integer(1_000, 50_000);
  const isGivenBack = random.chance(givenBackShare);
  const isCancelled = random.chance(cancelledShare);
  const { requestId: appointmentId, slotId, staffId, patientId } = booking;
  const answer = (kind: 'accept' | 'decline' | 'cancel'): ReturnType<Press> =>
    press({
      kind,
      requestId: `${kind}-${appointmentId}`,
      staffId,
      patientId,
      purpose: 'scheduling',
      slotId,
      appointmentId,
    });

  let untilMs: number | undefined;
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
    untilMs = truth.offers.untilMs(appointmentId);
    if (untilMs !== undefined) break;
    await sleep(lookEveryMs);
  }
  if (untilMs === undefined) return false;
  if (mood < shares.accept) {
    await sleep(thinkMs);
    const isTheirs = (await answer('accept'))?.status === 'booked';
    if (!isTheirs || !isGivenBack) return isTheirs;
    await sleep(thinkMs);
    await answer('cancel');
    return false;
  }
  if (mood < shares.accept + shares.decline) {
    await sleep(thinkMs);
    await answer(isCancelled ? 'cancel' : 'decline');
  } else if (mood < shares.accept + shares.decline + shares.late) {
    await sleep(Math.max(0, untilMs - context.elapsedMs()) + lateMs);
    await answer('accept');
  }
  return false;
}
