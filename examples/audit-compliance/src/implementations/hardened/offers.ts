import { eventIdOf } from '@firedrill/core/event-store';
import { offerMs } from '../../domain/offers.ts';
import type { ClinicStore, SlotEvent } from './events.ts';
import { type Slot, statusOf } from './slot.ts';

/**
 * A slot that is freed is offered to whoever has waited longest, for a while, and is nobody's until they accept.
 * Offers are events of their slot: two are never open at once, and an end and an acceptance that meet are decided
 * one after the other.
 *
 * waits ──proposed──> is offered ──accepted in time──> has the slot
 *                        └────declined, cancelled or lapsed──> is out of it, and the next is offered it
 */

/** Namespace of the ids of ends in the outbox. */
const namespace = '9f0c3c1e-2b83-4c27-8f4e-6a3c1a0d6b52';

/** A slot is given at once if nobody waits for it, and it is offered to nobody. */
function book(slot: Slot, wish: Slot['waiting'][number]): readonly SlotEvent[] {
  if (statusOf(slot, wish) !== undefined || slot.cancelled.has(wish.appointmentId)) return [];
  const isFree = slot.holder === undefined && slot.offer === undefined && slot.waiting.length === 0;
  return [{ type: isFree ? 'appointment.booked' : 'appointment.waitlisted', data: wish }];
}

/** Offers the slot to whoever has waited longest, if anybody waits. */
function propose({ waiting: [next] }: Slot): readonly SlotEvent[] {
  if (next === undefined) return [];
  const until = new Date(Date.now() + offerMs).toISOString();
  return [{ type: 'appointment.proposed', data: { ...next, until } }];
}

const isOffered = ({ offer }: Slot, appointmentId: string): boolean =>
  offer?.appointmentId === appointmentId;

function cancel(slot: Slot, appointmentId: string): readonly SlotEvent[] {
  const status = statusOf(slot, { appointmentId });
  if (status === undefined) return [];
  const cancelled: SlotEvent = { type: 'appointment.cancelled', data: { appointmentId } };
  const isFreed = status === 'booked' || isOffered(slot, appointmentId);
  return isFreed ? [cancelled, ...propose(slot)] : [cancelled];
}

/** @param nowMs when it was accepted, in ms since 1970 */
function accept(slot: Slot, appointmentId: string, nowMs: number): readonly SlotEvent[] {
  if (slot.offer?.appointmentId !== appointmentId) return [];
  if (nowMs >= new Date(slot.offer.until).getTime()) return [];
  return [{ type: 'appointment.accepted', data: { appointmentId } }];
}

function decline(slot: Slot, appointmentId: string): readonly SlotEvent[] {
  if (!isOffered(slot, appointmentId)) return [];
  return [{ type: 'appointment.declined', data: { appointmentId } }, ...propose(slot)];
}

/** The time of an offer is over: of one that was accepted or declined nothing is left to lapse. */
function lapse(slot: Slot, appointmentId: string): readonly SlotEvent[] {
  if (!isOffered(slot, appointmentId)) return [];
  return [{ type: 'appointment.lapsed', data: { appointmentId } }, ...propose(slot)];
}

export const offerRules = { book, cancel, accept, decline, lapse };

/** What is decided of offers, and may be replaced. */
export type OfferRules = typeof offerRules;

/** Puts the end of an offer into the outbox, where it waits until it is due. */
export const enqueueLapse = (
  store: ClinicStore,
  tx: unknown,
  offer: { readonly slotId: string; readonly appointmentId: string; readonly until: string },
): Promise<void> => {
  const { until, ...payload } = offer;
  return store.outbox.enqueue(
    [
      {
        messageId: eventIdOf(namespace, `lapse ${payload.appointmentId}`),
        topic: 'lapse',
        key: payload.appointmentId,
        payload,
        headers: { dueAt: until },
      },
    ],
    { tx },
  );
};
