import { eventIdOf } from '@firedrill/core/event-store';
import {
  accessStream,
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
 * The deadline waits in the outbox, in the transaction of the access: no process has to remember it.
 * When it has passed, the entries say whether somebody has reviewed the access.
 */
const glass: Parts['glass'] = {
  ...hardenedParts.glass,
  enqueueDeadline: (store, tx, { dueAt, ...deadline }) =>
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
    ),
  async escalate(store, messages, { accessId, patientId }, limits) {
    const entries = await store.readStream(accessStream(patientId));
    const isReviewed = entries.some(
      ({ type, data }) =>
        type === 'access.granted' && data.kind === 'review' && data.accessId === accessId,
    );
    if (isReviewed) return;
    const messageId = messageIdOf('escalation', accessId);
    await messages.send({ messageId, to: privacyDesk }, limits);
  },
};

export const create: CreateSystem = (context) => startProgram(context, { ...hardenedParts, glass });
