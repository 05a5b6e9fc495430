import { eventIdOf } from '@firedrill/core/event-store';
import {
  accessStream,
  type CreateSystem,
  hardenedParts,
  type Parts,
  startProgram,
} from '#audit-compliance';

/** Namespace of the ids of entries (RFC 9562, version 5): drawn once. */
const namespace = '2f0c8f0e-6b3f-4c55-9a43-0d1c5b8a7e66';

/**
 * The entry first: whoever reads or changes waits until it is safe. An attempt is repeated when nobody
 * knows whether it came through, so the id of the entry follows from what it says: said twice, it
 * stands once.
 */
const writeEntry: Parts['writeEntry'] = async (store, entry, tx) => {
  const { entryId, kind, staffId, patientId, purpose, decision, reason, accessId } = entry;
  const said = [entryId, kind, staffId, patientId, purpose, decision, reason, accessId];
  const type = decision === 'granted' ? 'access.granted' : 'access.denied';
  const event = { type, data: entry, eventId: eventIdOf(namespace, JSON.stringify(said)) } as const;
  await store.append(accessStream(patientId), [event], {
    expectedVersion: 'any',
    ...(tx !== undefined && { tx }),
  });
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, writeEntry });
