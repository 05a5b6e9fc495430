import type { RecordedEvent } from '@firedrill/core/event-store';
import type { Entry } from '../domain.ts';

/** What of a recorded entry is sealed. */
type Recorded = Pick<
  RecordedEvent<{ readonly type: string; readonly data: Entry }>,
  'position' | 'eventId' | 'recordedAt' | 'data'
>;

/**
 * The line of an entry, the same bytes every time: a database that stores JSON keeps what it says, but
 * neither its order nor its blanks.
 */
export function entryLine({ position, eventId, recordedAt, data }: Recorded): string {
  const { entryId, kind, staffId, patientId, purpose, decision, reason, accessId } = data;
  return JSON.stringify({
    position,
    eventId,
    recordedAt: recordedAt.toISOString(),
    entryId,
    kind,
    staffId,
    patientId,
    purpose,
    decision,
    ...(reason !== undefined && { reason }),
    ...(accessId !== undefined && { accessId }),
  });
}
