import { eventIdOf } from '@firedrill/core/event-store';
import {
  type CreateSystem,
  hardenedParts,
  messageIdOf,
  type Parts,
  privacyDesk,
  startProgram,
} from '#audit-compliance';

/** Namespace of the ids of deadlines in the outbox. */
const deadlines = '9f8f2f3a-4d0e-4f0a-8a52-6a9d6a1f7b10';

/**
 * In an emergency the glass may be broken: the access is granted at once, and reviewed afterwards.
 * Whatever is not reviewed by `dueAt` goes to the privacy officer. Here everything does.
 *
 * The outbox sends a message at once, or not before `headers: { dueAt }` (an ISO time); what waits
 * there outlives every process. A review is an entry of the same patient:
 * `store.readStream(accessStream(patientId))` gives events whose `data` has the `kind` `review` and the
 * `accessId` that was reviewed.
 */
const glass: Parts['glass'] = {
  ...hardenedParts.glass,
  enqueueDeadline: (store, tx, { accessId, patientId }) =>
    store.outbox.enqueue(
      [
        {
          messageId: eventIdOf(deadlines, accessId),
          topic: 'deadline',
          key: accessId,
          payload: { accessId, patientId },
        },
      ],
      { tx },
    ),
  async escalate(_store, messages, { accessId }, limits) {
    const messageId = messageIdOf('escalation', accessId);
    await messages.send({ messageId, to: privacyDesk }, limits);
  },
};

export const create: CreateSystem = (context) => startProgram(context, { ...hardenedParts, glass });
