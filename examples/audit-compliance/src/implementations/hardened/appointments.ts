import { VersionConflictError } from '@firedrill/core/event-store';
import {
  type Answer,
  type Entry,
  entryOf,
  type Holder,
  messageIdOf,
  messageRequest,
  type Request,
} from '../../domain.ts';
import { type ClinicStore, type SlotEvent, slotStream } from './events.ts';
import { enqueue, enqueueReminder, type Message, writeEntry } from './journal.ts';
import { enqueueLapse, offerRules, type OfferRules } from './offers.ts';
import * as slotRules from './slot.ts';
import { emptySlot, evolve, type Slot, statusOf } from './slot.ts';

/** Appointments in the event store: entry, events and messages are committed together, or not at all. */
export interface Appointments {
  book(request: Extract<Request, { kind: 'book' }>): Promise<Answer>;
  cancel(request: Extract<Request, { kind: 'cancel' }>): Promise<Answer>;
  /** What somebody says to whom a slot was offered. */
  answer(request: Extract<Request, { kind: 'accept' | 'decline' }>): Promise<Answer>;
  /** The time of an offer is over. */
  lapse(slotId: string, appointmentId: string): Promise<void>;
  /** Reminds who still has the slot. */
  remind(slotId: string, holder: Holder): Promise<void>;
  isHeld(slotId: string, appointmentId: string): Promise<boolean>;
}

/** What is decided of a slot, and may be replaced. */
export type SlotRules = Pick<typeof slotRules, 'book' | 'cancel' | 'isOfAnother' | 'remind'>;

/** Two who want the same slot at once: one of them decides again. More often is a defect. */
const maxAttempts = 20;

/** @param reminderMs How long after the booking the patient is reminded. */
export function createAppointments(
  store: ClinicStore,
  reminderMs: number,
  { book, cancel, isOfAnother, remind }: SlotRules = slotRules,
  { accept, decline, lapse }: Pick<OfferRules, 'accept' | 'decline' | 'lapse'> = offerRules,
): Appointments {
  async function read(slotId: string): Promise<{ readonly slot: Slot; readonly version: number }> {
    const past = await store.readStream(slotStream(slotId));
    const slot = past.reduce<Slot>(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these are in this stream
      (so, event) => evolve(so, event as SlotEvent),
      emptySlot,
    );
    return { slot, version: past.length };
  }

  /** Reads, decides and appends, until nobody was faster. Gives the slot as it is then. */
  async function change(
    slotId: string,
    decide: (slot: Slot) => readonly SlotEvent[],
    entryFor: ((slot: Slot) => Entry) | undefined,
    follow: (events: readonly SlotEvent[], tx: unknown) => Promise<void>,
  ): Promise<Slot> {
    for (let attempt = 1; ; attempt += 1) {
      const { slot: before, version } = await read(slotId);
      const events = decide(before);
      try {
        await store.transaction(async (tx) => {
          if (entryFor !== undefined) await writeEntry(store, entryFor(before), tx);
          if (events.length === 0) return;
          await store.append(slotStream(slotId), events, { expectedVersion: version, tx });
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
      if (type !== 'appointment.booked' && type !== 'appointment.offered') continue;
      const { appointmentId, patientId } = data;
      const dueAt = new Date(Date.now() + reminderMs);
      await enqueueReminder(store, tx, { appointmentId, patientId, slotId, dueAt });
    }
  }

  /** Whoever gets a slot that was freed, or may accept it, hears of it. */
  async function offer(slotId: string, events: readonly SlotEvent[], tx: unknown): Promise<void> {
    const offers = events.flatMap(({ type, data }) =>
      type === 'appointment.offered'
        ? { messageId: messageIdOf('offer', data.appointmentId), patientId: data.patientId }
        : [],
    );
    if (offers.length > 0) await enqueue(store, tx, offers);
    for (const { type, data } of events) {
      if (type !== 'appointment.proposed') continue;
      const { appointmentId, patientId, until } = data;
      const messageId = messageIdOf('offer', appointmentId);
      await enqueue(store, tx, [{ messageId, patientId, text: until }]);
      await enqueueLapse(store, tx, { slotId, appointmentId, until });
    }
  }

  /** An entry says what was decided of the slot as it is then. */
  const entryFor =
    (request: Request, holder: Holder) =>
    (slot: Slot): Entry =>
      entryOf(request, isOfAnother(slot, holder) ? 'appointment' : 'granted');
  const denied: Answer = { status: 'denied', reason: 'appointment' };

  return {
    async book(request) {
      const wish = { appointmentId: request.requestId, patientId: request.patientId };
      const slot = await change(
        request.slotId,
        (now) => (isOfAnother(now, wish) ? [] : book(now, wish)),
        entryFor(request, wish),
        (events, tx) => remindLater(request.slotId, events, tx),
      );
      if (isOfAnother(slot, wish)) return denied;
      return { status: statusOf(slot, wish) ?? 'waitlisted' };
    },
    async cancel(request) {
      const { appointmentId, patientId, slotId } = request;
      const holder = { appointmentId, patientId };
      const slot = await change(
        slotId,
        (now) => (isOfAnother(now, holder) ? [] : cancel(now, appointmentId)),
        entryFor(request, holder),
        async (events, tx) => {
          await offer(slotId, events, tx);
          await remindLater(slotId, events, tx);
        },
      );
      if (isOfAnother(slot, holder)) return denied;
      return { status: 'done', next: slot.cancelled.get(appointmentId) };
    },
    async answer(request) {
      const { kind, appointmentId, patientId, slotId } = request;
      const holder = { appointmentId, patientId };
      const nowMs = Date.now();
      const decide = (now: Slot): readonly SlotEvent[] =>
        kind === 'accept' ? accept(now, appointmentId, nowMs) : decline(now, appointmentId);
      const isTheirs = (now: Slot): boolean => now.holder?.appointmentId === appointmentId;
      const slot = await change(
        slotId,
        (now) => (isOfAnother(now, holder) ? [] : decide(now)),
        (now) => {
          const isOver = kind === 'accept' && !isTheirs(now) && decide(now).length === 0;
          if (isOver && !isOfAnother(now, holder)) return entryOf(request, 'offer-over');
          return entryFor(request, holder)(now);
        },
        async (events, tx) => {
          await offer(slotId, events, tx);
          const dueAt = new Date(Date.now() + reminderMs);
          if (kind === 'accept') await enqueueReminder(store, tx, { ...holder, slotId, dueAt });
        },
      );
      if (isOfAnother(slot, holder)) return denied;
      if (kind === 'decline') return { status: 'done' };
      return isTheirs(slot) ? { status: 'booked' } : { status: 'denied', reason: 'offer-over' };
    },
    async lapse(slotId, appointmentId) {
      await change(
        slotId,
        (now) => lapse(now, appointmentId),
        undefined,
        (events, tx) => offer(slotId, events, tx),
      );
    },
    async remind(slotId, { appointmentId, patientId }) {
      const appointment = { slotId, appointmentId };
      const message = { messageId: messageIdOf('reminder', appointmentId), patientId, appointment };
      await change(
        slotId,
        (now) => remind(now, appointmentId),
        undefined,
        (events, tx) => (events.length > 0 ? enqueue(store, tx, [message]) : Promise.resolve()),
      );
    },
    async isHeld(slotId, appointmentId) {
      const { slot } = await read(slotId);
      return slot.holder?.appointmentId === appointmentId;
    },
  };
}

/** What the platform itself asks for when it writes to a patient, with an entry like anybody's. */
export const entryOfMessage = ({ messageId, patientId }: Message) =>
  entryOf(messageRequest(messageId, patientId), 'granted');
