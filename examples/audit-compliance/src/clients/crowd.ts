import type { Visit } from '@firedrill/core/scenario';
import { messageIdOf, type Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import type { Press } from './desks.ts';
import { answerOffer } from './offers.ts';

/**
 * People who do at once what others do: two who want the same slot, two who break the glass for one patient, two
 * who refer to the same specialist. What is decided of one of them says nothing of the other.
 */

/** Whether somebody gets in the way here; never, and without a draw, unless people crowd. */
export function isCrowded({ context }: Visit<Clinics>): boolean {
  const { crowdShare } = context.settings;
  return crowdShare > 0 && context.random('crowd').chance(crowdShare);
}

/** At the same moment a colleague presses the same button for another patient. */
export async function wantSameSlot(
  visit: Visit<Clinics>,
  booking: Extract<Request, { kind: 'book' }>,
  press: Press,
): Promise<void> {
  const { context, truth } = visit;
  const random = context.random('rivals');
  const other = random.pick(truth.clinic.patients);
  const at = { clinic: other.clinic, elsewhere: false };
  const rival: Request = {
    ...booking,
    requestId: `${booking.requestId}-rival`,
    patientId: other.id,
    staffId: truth.clinic.someone(random, 'receptionist', at).id,
  };
  const answer = await press(rival);
  const isOffered = context.settings.offers && answer?.status === 'waitlisted';
  const isTheirs = answer?.status === 'booked';
  if (!isTheirs && !(isOffered && (await answerOffer(visit, rival, press, random)))) return;
  truth.promised(messageIdOf('reminder', rival.requestId), rival.patientId);
}

/**
 * A second physician breaks the glass for the same patient, and nobody reviews that one before it is escalated: a
 * nurse tries to, and may not.
 *
 * @param review what becomes of it when it is escalated
 */
export async function breakGlassToo(
  { context, truth }: Visit<Clinics>,
  first: Request,
  press: Press,
  review: (request: Request) => Promise<void>,
): Promise<void> {
  const random = context.random('second physicians');
  const { clinic } = truth.clinic.patient(first.patientId);
  const someone = (role: 'physician' | 'nurse', elsewhere: boolean): string =>
    truth.clinic.someone(random, role, { clinic, elsewhere }).id;
  const second: Request = {
    ...first,
    requestId: `${first.requestId}-second`,
    staffId: someone('physician', true),
  };
  const answer = await press(second);
  if (answer?.status !== 'shown') return;
  await press({
    kind: 'review',
    requestId: `tried-review-${second.requestId}`,
    staffId: someone('nurse', false),
    patientId: second.patientId,
    purpose: 'oversight',
    accessId: second.requestId,
  });
  await review(second);
}
