import { eventIdOf, type NewEvent } from '@firedrill/core/event-store';
import { type Entry, type Holder, messageIdOf } from '../../domain.ts';
import { type AccessEvent, accessStream, type ClinicEvent, type ClinicStore } from './events.ts';

/** Namespace of the ids of entries (RFC 9562, version 5): drawn once. */
const namespace = '6f2a6a1e-6d0c-4f0b-9d0a-3b0f6f3f3c51';

/**
 * The event of an entry. Its id follows from all that it says, so that an attempt that is repeated,
 * because nobody knows whether the first one came through, is the same entry and stands once; and that
 * somebody else with the same request id has an entry of their own.
 */
export function entryEvent(entry: Entry): NewEvent<ClinicEvent> {
  const { entryId, kind, staffId, patientId, purpose, decision, reason, accessId } = entry;
  const said = [entryId, kind, staffId, patientId, purpose, decision, reason, accessId];
  const type: AccessEvent['type'] = decision === 'granted' ? 'access.granted' : 'access.denied';
  return { type, data: entry, eventId: eventIdOf(namespace, JSON.stringify(said)) };
}

/** Writes an entry. When it resolves, the entry can no longer be lost: only then comes the effect. */
export async function writeEntry(store: ClinicStore, entry: Entry, tx?: unknown): Promise<void> {
  await store.append(accessStream(entry.patientId), [entryEvent(entry)], {
    expectedVersion: 'any',
    ...(tx !== undefined && { tx }),
  });
}

/** Namespace of the ids of messages in the outbox. */
const messages = '1d6b6c0e-8a55-4f5e-b1a7-5d1f2b7f0c11';

/** What the outbox holds of a message to somebody: whom, and why. Their number is read when it goes. */
export interface Message {
  readonly messageId: string;
  readonly patientId: string;
  /** Of a reminder: the appointment, which somebody may give back before it goes. */
  readonly appointment?: { readonly slotId: string; readonly appointmentId: string } | undefined;
  /** What it says besides. */
  readonly text?: string | undefined;
}

/** An appointment of which the patient is to be reminded when the time has come. */
export interface Reminder extends Holder {
  readonly slotId: string;
  readonly dueAt: Date;
}

/** Puts a reminder into the outbox, where it waits until it is due. */
export const enqueueReminder = (
  store: ClinicStore,
  tx: unknown,
  { dueAt, ...reminder }: Reminder,
): Promise<void> =>
  store.outbox.enqueue(
    [
      {
        messageId: eventIdOf(messages, `due ${reminder.appointmentId}`),
        topic: 'reminder',
        key: reminder.appointmentId,
        payload: reminder,
        headers: { dueAt: dueAt.toISOString() },
      },
    ],
    { tx },
  );

/** Orders the review of an emergency access: from an officer, and without a look at the patient. */
export const enqueueReview = (store: ClinicStore, tx: unknown, accessId: string): Promise<void> => {
  const messageId = messageIdOf('review', accessId);
  return store.outbox.enqueue(
    [
      {
        messageId: eventIdOf(messages, messageId),
        topic: 'review',
        key: accessId,
        payload: { messageId },
      },
    ],
    { tx },
  );
};

/** Puts messages to patients into the outbox: they go out if and only if the transaction is committed. */
export const enqueue = (store: ClinicStore, tx: unknown, all: readonly Message[]): Promise<void> =>
  store.outbox.enqueue(
    all.map((message) => ({
      messageId: eventIdOf(messages, message.messageId),
      topic: 'message',
      key: message.patientId,
      payload: message,
    })),
    { tx },
  );
