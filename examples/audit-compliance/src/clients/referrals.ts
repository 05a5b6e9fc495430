import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import { isCrowded } from './crowd.ts';

/** Of all visits, so many are about a referral. */
const share = 0.03;

/** Of the referrals so many are ended before their time. */
const dischargedShare = 0.5;

/** For how long somebody is referred, and how far from an end people look: no clock is off by that much. */
const referredMs = 120_000;
const clearOfEndMs = 60_000;

type ClinicVisit = Visit<Clinics>;

/**
 * A physician refers a patient to one of another clinic, who looks at them, and once more when all is over;
 * half of them are discharged before. Says whether this visit was one.
 */
export async function referSomebody(
  visit: ClinicVisit,
  press: (request: Request) => Promise<Answer | undefined>,
): Promise<boolean> {
  const { context, truth, arrival } = visit;
  const random = context.random('referrals');
  if (!random.chance(share)) return false;
  const patient = random.pick(truth.clinic.patients);
  const { clinic } = patient;
  const home = truth.clinic.someone(random, 'physician', { clinic, elsewhere: false });
  const specialist = truth.clinic.someone(random, 'physician', { clinic, elsewhere: true });
  const isDischarged = random.chance(dischargedShare);
  const lookMs = random.integer(0, 20_000);
  const id = `referral-${arrival.index + 1}`;
  const of = { patientId: patient.id, purpose: 'treatment' } as const;
  const look = (at: string): Request => ({
    ...of,
    kind: 'read',
    requestId: `${id}-${at}`,
    staffId: specialist.id,
  });
  const by = { ...of, staffId: home.id };

  const until = new Date(Date.now() + referredMs).toISOString();
  const toStaffId = specialist.id;
  const answer = await press({ ...by, kind: 'refer', requestId: id, toStaffId, until });
  if (answer?.status !== 'done') return true;
  // Another physician has sent the patient there as well: the end of one referral is not that of the other.
  if (isDischarged && isCrowded(visit)) {
    const another = truth.clinic.someone(random, 'physician', { clinic, elsewhere: false });
    const second = { ...of, staffId: another.id, requestId: `${id}-second` };
    await press({ ...second, kind: 'refer', toStaffId, until });
  }
  await sleep(lookMs);
  await press(look('at-first'));
  if (isDischarged) {
    await press({ ...by, kind: 'discharge', requestId: `${id}-end`, referralId: id });
    await press(look('when-discharged'));
  }
  await sleep(referredMs + clearOfEndMs);
  await press(look('when-over'));
  return true;
}
