import { eventIdOf } from '@firedrill/core/event-store';
import { type Entry, messageIdOf, privacyDesk, type Request } from '../../domain.ts';
import type { Outside } from '../../system.ts';
import { accessStream, type ClinicStore } from './events.ts';

/**
 * Broken glass: an emergency access may be repeated for a while, and is then closed; its review has a
 * deadline, and what nobody has reviewed by then goes to the privacy officer. Both follow from the
 * entries in the store, so that neither needs anybody who remembers or comes to ask.
 */

/** Namespace of the ids of deadlines in the outbox. */
const deadlines = '7b0c1f6a-52c4-4d0e-9b63-0f1f4f7c9a25';

/** An emergency access whose review is due. */
export interface Deadline {
  readonly accessId: string;
  readonly patientId: string;
}

/** When the same person broke the glass by the same request; `undefined` when this is the first time. */
export async function brokenSince(
  store: ClinicStore,
  { requestId, staffId, patientId, purpose }: Request,
): Promise<Date | undefined> {
  for (const { type, data, recordedAt } of await store.readStream(accessStream(patientId))) {
    if (type !== 'access.granted' || data.entryId !== requestId) continue;
    if (data.staffId === staffId && data.purpose === purpose) return recordedAt;
  }
  return undefined;
}

/** Puts the deadline into the outbox, where it waits until it is due. */
export const enqueueDeadline = (
  store: ClinicStore,
  tx: unknown,
  { dueAt, ...deadline }: Deadline & { readonly dueAt: Date },
): Promise<void> =>
  store.outbox.enqueue(
    [
      {
        messageId: eventIdOf(deadlines, deadline.accessId),
        topic: 'deadline',
        key: deadline.accessId,
        payload: deadline,
        headers: { dueAt: dueAt.toISOString() },
      },
    ],
    { tx },
  );

/** The deadline has passed: without a review, the privacy officer is told. */
export async function escalate(
  store: ClinicStore,
  messages: Outside['messages'],
  { accessId, patientId }: Deadline,
  limits: { readonly timeoutMs: number },
): Promise<void> {
  const entries = await store.readStream(accessStream(patientId));
  if (entries.some(({ type, data }) => type === 'access.granted' && reviews(data, accessId)))
    return;
  await messages.send({ messageId: messageIdOf('escalation', accessId), to: privacyDesk }, limits);
}

const reviews = ({ kind, accessId }: Entry, id: string): boolean =>
  kind === 'review' && accessId === id;
