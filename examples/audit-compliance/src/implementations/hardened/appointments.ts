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
import { enqueue, enqueueReminder, type Message, writeEntry } from './journal.ts';
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

/** @param reminderMs How long after the booking the patient is reminded. */
export function createAppointments(store: ClinicStore, reminderMs: number): Appointments {
  /** Reads, decides and appends, until nobody was faster. Gives the slot as it is then. */
  async function change(
    slotId: string,
    decide: (slot: Slot) => readonly SlotEvent[],
    entryFor: Request | undefined,
    follow: (events: readonly SlotEvent[], tx: unknown) => Promise<void>,
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
          await follow(events, tx);
        });
        return events.reduce(evolve, before);
      } catch (error) {
        if (!(error instanceof VersionConflictError) || attempt === maxAttempts) throw error;
      }
    }
  }

  /** Whoever has got the slot is reminded in time. */
  async function remindLater(
    slotId: string,
    events: readonly SlotEvent[],
    tx: unknown,
  ): Promise<void> {
    for (const { type, data } of events) {
      if (type !== 'appointment.booked') continue;
      const dueAt = new Date(Date.now() + reminderMs);
      await enqueueReminder(store, tx, { ...data, slotId, dueAt });
    }
  }

  /** Whoever gets a slot that was freed hears of it. */
  async function offer(events: readonly SlotEvent[], tx: unknown): Promise<void> {
    const offers = events.flatMap(({ type, data }) =>
      type === 'appointment.offered'
        ? { messageId: messageIdOf('offer', data.appointmentId), patientId: data.patientId }
        : [],
    );
    if (offers.length > 0) await enqueue(store, tx, offers);
  }

  return {
    async book(request) {
      const wish = { appointmentId: request.requestId, patientId: request.patientId };
      const slot = await change(
        request.slotId,
        (now) => book(now, wish),
        request,
        (events, tx) => remindLater(request.slotId, events, tx),
      );
      return { status: statusOf(slot, wish) ?? 'waitlisted' };
    },
    async cancel(request) {
      const { appointmentId } = request;
      const slot = await change(
        request.slotId,
        (now) => cancel(now, appointmentId),
        request,
        offer,
      );
      return { status: 'done', next: slot.cancelled.get(appointmentId) };
    },
    async remind(slotId, { appointmentId, patientId }) {
      const message = { messageId: messageIdOf('reminder', appointmentId), patientId };
      await change(
        slotId,
        (now) => remind(now, appointmentId),
        undefined,
        (events, tx) => (events.length > 0 ? enqueue(store, tx, [message]) : Promise.resolve()),
      );
    },
  };
}

/** What the platform itself asks for when it writes to a patient, with an entry like anybody's. */
export const entryOfMessage = ({ messageId, patientId }: Message) =>
  entryOf(messageRequest(messageId, patientId), 'granted');
