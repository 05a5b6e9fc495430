import { eventIdOf } from '@firedrill/core/event-store';
import { entryOf, type Request } from '../../domain.ts';
import { careStream, type ClinicStore } from './events.ts';
import { writeEntry } from './journal.ts';

/**
 * Who treats a patient of another clinic, and until when. A referral and its end are events of the patient, and
 * each request looks them up: a process that remembers who may has to be told when they may no longer.
 */

/** Namespace of the ids of referrals and of their ends. */
const namespace = '3a1f0a0c-51e5-4b6f-9a0e-52c3a4c4d9e1';

/** Writes the entry and the referral, both or neither; asked again, it stands there once. */
export const refer = (
  store: ClinicStore,
  request: Extract<Request, { kind: 'refer' }>,
): Promise<void> =>
  store.transaction(async (tx) => {
    await writeEntry(store, entryOf(request, 'granted'), tx);
    const { requestId: referralId, toStaffId: staffId, patientId, until } = request;
    const event = {
      type: 'care.referred' as const,
      data: { referralId, staffId, until },
      eventId: eventIdOf(namespace, `referred ${referralId}`),
    };
    await store.append(careStream(patientId), [event], { expectedVersion: 'any', tx });
  });

/** Ends a referral before its time, with its entry. */
export const discharge = (
  store: ClinicStore,
  request: Extract<Request, { kind: 'discharge' }>,
): Promise<void> =>
  store.transaction(async (tx) => {
    await writeEntry(store, entryOf(request, 'granted'), tx);
    const { referralId, patientId } = request;
    const event = {
      type: 'care.ended' as const,
      data: { referralId },
      eventId: eventIdOf(namespace, `ended ${referralId}`),
    };
    await store.append(careStream(patientId), [event], { expectedVersion: 'any', tx });
  });

/** Whether the patient was referred to this person, and is still in their care at this moment. */
export async function isReferred(
  store: ClinicStore,
  { staffId, patientId }: Pick<Request, 'staffId' | 'patientId'>,
  now: Date,
): Promise<boolean> {
  const open = new Set<string>();
  for (const { type, data } of await store.readStream(careStream(patientId))) {
    if (type === 'care.referred' && data.staffId === staffId && now < new Date(data.until)) {
      open.add(data.referralId);
    }
    if (type === 'care.ended') open.delete(data.referralId);
  }
  return open.size > 0;
}
