import { VersionConflictError } from '@firedrill/core/event-store';
import {
  type Answer,
  entryOf,
  type Holder,
  messageIdOf,
  messageRequest,
  type Request,
} from '../../domain.ts';
import { type ClinicStore, type SlotEvent, slotStream } from './events.ts';
import { enqueue, type Message, writeEntry } from './journal.ts';
import { book, cancel, emptySlot, evolve, remind, type Slot, statusOf } from './slot.ts';

/** Appointments in the event store: entry, events and messages are committed together, or not at all. */
export interface Appointments {
  book(request: Extract<Request, { kind: 'book' }>): Promise<Answer>;
  cancel(request: Extract<Request, { kind: 'cancel' }>): Promise<Answer>;
  /** Reminds who still has the slot. */
  remind(slotId: string, holder: Holder): Promise<void>;
}

/** Two who want the same slot at once: one of them decides again. More often is a defect. */
const maxAttempts = 20;

export function createAppointments(store: ClinicStore): Appointments {
  /** Reads, decides and appends, until nobody was faster. Gives the slot as it is then. */
  async function change(
    slotId: string,
    decide: (slot: Slot) => readonly SlotEvent[],
    entryFor: Request | undefined,
    messagesFor: (events: readonly SlotEvent[]) => readonly Message[],
  ): Promise<Slot> {
    for (let attempt = 1; ; attempt += 1) {
      const past = await store.readStream(slotStream(slotId));
      const before = past.reduce<Slot>(
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these are in this stream
        (slot, event) => evolve(slot, event as SlotEvent),
        emptySlot,
      );
      const events = decide(before);
      try {
        await store.transaction(async (tx) => {
          if (entryFor !== undefined) await writeEntry(store, entryOf(entryFor, 'granted'), tx);
          if (events.length === 0) return;
          await store.append(slotStream(slotId), events, { expectedVersion: past.length, tx });
          const messages = messagesFor(events);
          if (messages.length > 0) await enqueue(store, tx, messages);
        });
        return events.reduce(evolve, before);
      } catch (error) {
        if (!(error instanceof VersionConflictError) || attempt === maxAttempts) throw error;
      }
    }
  }

  return {
    async book(request) {
      const wish = { appointmentId: request.requestId, patientId: request.patientId };
      const slot = await change(
        request.slotId,
        (now) => book(now, wish),
        request,
        () => [],
      );
      return { status: statusOf(slot, wish) ?? 'waitlisted' };
    },
    async cancel(request) {
      const { appointmentId } = request;
      const slot = await change(
        request.slotId,
        (now) => cancel(now, appointmentId),
        request,
        (events) =>
          events.flatMap(({ type, data }) =>
            type === 'appointment.offered'
              ? { messageId: messageIdOf('offer', data.appointmentId), patientId: data.patientId }
              : [],
          ),
      );
      return { status: 'done', next: slot.cancelled.get(appointmentId) };
    },
    async remind(slotId, { appointmentId, patientId }) {
      const message = { messageId: messageIdOf('reminder', appointmentId), patientId };
      await change(
        slotId,
        (now) => remind(now, appointmentId),
        undefined,
        () => [message],
      );
    },
  };
}

/** What the platform itself asks for when it writes to a patient, with an entry like anybody's. */
export const entryOfMessage = ({ messageId, patientId }: Message) =>
  entryOf(messageRequest(messageId, patientId), 'granted');
