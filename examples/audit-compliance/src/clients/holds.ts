import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import { erasureWaitMs } from '../domain/retention.ts';
import type { Clinics } from '../types.ts';

/** Of all visits, so many are about an erasure. */
const share = 0.08;

/** Of the erasures so many are met by a hold, and so many of those holds are released again. */
const heldShare = 0.4;
const releasedShare = 0.5;

/**
 * Somebody orders an erasure, and often a court wants the record kept: before the order, while it waits, or at
 * the very end of that time. Says whether this visit was one.
 */
export async function eraseSomebody(
  { context, truth, arrival }: Visit<Clinics>,
  press: (request: Request) => Promise<Answer | undefined>,
): Promise<boolean> {
  const random = context.random('holds');
  if (!random.chance(share)) return false;
  const patient = random.pick(truth.clinic.archived);
  const by = (role: 'privacy-officer' | 'compliance-officer') => ({
    patientId: patient.id,
    staffId: truth.clinic.someone(random, role, { clinic: patient.clinic, elsewhere: false }).id,
  });
  const id = `erasure-${arrival.index + 1}`;
  const order: Request = {
    ...by('privacy-officer'),
    kind: 'erase',
    requestId: id,
    purpose: 'erasure',
  };
  const officer = { ...by('compliance-officer'), purpose: 'oversight' } as const;
  const isHeld = random.chance(heldShare);
  const isReleased = random.chance(releasedShare);
  const holdMs = random.pick([
    -1,
    random.integer(0, erasureWaitMs),
    erasureWaitMs + random.integer(-2_000, 2_500),
  ]);
  const pauseMs = random.integer(1_000, 20_000);

  async function hold(): Promise<void> {
    const holdId = `${id}-hold`;
    const answer = await press({ ...officer, kind: 'hold', requestId: holdId });
    if (answer?.status !== 'done' || !isReleased) return;
    await sleep(pauseMs);
    await press({ ...officer, kind: 'release', requestId: `${id}-release`, holdId });
    await press({ ...order, requestId: `${id}-again` });
  }

  if (!isHeld) {
    await press(order);
  } else if (holdMs < 0) {
    await hold();
    if (!isReleased) await press(order);
  } else {
    await Promise.all([press(order), sleep(holdMs).then(hold)]);
  }
  return true;
}
