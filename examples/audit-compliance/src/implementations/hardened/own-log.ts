import type { LoggedAccess } from '../../domain.ts';
import { accessStream, type ClinicStore } from './events.ts';

/**
 * What a patient is shown of their own log: every access that was granted, in the order in which it was entered,
 * those of the platform itself and their own included. It is a read of one stream, and so nobody else's.
 */
export async function listAccesses(
  store: ClinicStore,
  patientId: string,
): Promise<readonly LoggedAccess[]> {
  const events = await store.readStream(accessStream(patientId));
  return events.flatMap(({ type, data, recordedAt }) =>
    type === 'access.granted'
      ? {
          entryId: data.entryId,
          kind: data.kind,
          staffId: data.staffId,
          purpose: data.purpose,
          at: recordedAt.toISOString(),
        }
      : [],
  );
}
