import type { Holder } from '../../domain.ts';
import type { SlotEvent } from './events.ts';

/** Who holds an appointment, who waits for it, and what became of those who gave it back. */
export interface Slot {
  readonly holder: Holder | undefined;
  /** Whose it is to accept, and until when (ISO 8601). */
  readonly offer: (Holder & { readonly until: string }) | undefined;
  readonly waiting: readonly Holder[];
  /** Appointments that are over, of those cancelled each with the one that got the slot after it. */
  readonly cancelled: ReadonlyMap<string, Holder | undefined>;
  /** Whose each appointment is or was. */
  readonly patients: ReadonlyMap<string, string>;
  readonly reminded: ReadonlySet<string>;
}

export const emptySlot: Slot = {
  holder: undefined,
  offer: undefined,
  waiting: [],
  cancelled: new Map(),
  patients: new Map(),
  reminded: new Set(),
};

/** The slot after one more event. */
// oxlint-disable-next-line typescript/consistent-return -- the switch knows every type
export function evolve(slot: Slot, { type, data }: SlotEvent): Slot {
  switch (type) {
    case 'appointment.booked':
      return { ...slot, holder: data, patients: withPatient(slot, data) };
    case 'appointment.waitlisted':
      return { ...slot, waiting: [...slot.waiting, data], patients: withPatient(slot, data) };
    case 'appointment.cancelled':
      return {
        ...slot,
        holder: slot.holder?.appointmentId === data.appointmentId ? undefined : slot.holder,
        offer: offerBut(slot, data.appointmentId),
        waiting: slot.waiting.filter(({ appointmentId }) => appointmentId !== data.appointmentId),
        cancelled: new Map(slot.cancelled).set(data.appointmentId, undefined),
      };
    case 'appointment.offered':
      return {
        ...slot,
        holder: data,
        waiting: slot.waiting.filter(({ appointmentId }) => appointmentId !== data.appointmentId),
        cancelled: new Map(slot.cancelled).set(data.freedBy, {
          appointmentId: data.appointmentId,
          patientId: data.patientId,
        }),
      };
    case 'appointment.proposed':
      return {
        ...slot,
        offer: data,
        waiting: slot.waiting.filter(({ appointmentId }) => appointmentId !== data.appointmentId),
      };
    case 'appointment.accepted': {
      const patientId = slot.patients.get(data.appointmentId) ?? '';
      return {
        ...slot,
        holder: { appointmentId: data.appointmentId, patientId },
        offer: offerBut(slot, data.appointmentId),
      };
    }
    case 'appointment.declined':
    case 'appointment.lapsed':
      return {
        ...slot,
        offer: offerBut(slot, data.appointmentId),
        cancelled: new Map(slot.cancelled).set(data.appointmentId, undefined),
      };
    case 'appointment.reminded':
      return { ...slot, reminded: new Set(slot.reminded).add(data.appointmentId) };
  }
}

const withPatient = ({ patients }: Slot, { appointmentId, patientId }: Holder) =>
  new Map(patients).set(appointmentId, patientId);

/** The offer, unless it is of this appointment. */
const offerBut = ({ offer }: Slot, appointmentId: string): Slot['offer'] =>
  offer?.appointmentId === appointmentId ? undefined : offer;

/** Whether the appointment is another patient's: an id proves nothing. */
export const isOfAnother = ({ patients }: Slot, { appointmentId, patientId }: Holder): boolean =>
  (patients.get(appointmentId) ?? patientId) !== patientId;

/** What somebody gets who asks for the slot; asked again, they get the same without an event. */
export function book(slot: Slot, wish: Holder): readonly SlotEvent[] {
  if (statusOf(slot, wish) !== undefined || slot.cancelled.has(wish.appointmentId)) return [];
  return slot.holder === undefined
    ? [{ type: 'appointment.booked', data: wish }]
    : [{ type: 'appointment.waitlisted', data: wish }];
}

/** Frees the slot, and gives it to whoever waits first: both, or neither. Who waits, waits no more. */
export function cancel(slot: Slot, appointmentId: string): readonly SlotEvent[] {
  const status = statusOf(slot, { appointmentId });
  if (status === undefined) return [];
  const cancelled: SlotEvent = { type: 'appointment.cancelled', data: { appointmentId } };
  const [next] = slot.waiting;
  if (status === 'waitlisted' || next === undefined) return [cancelled];
  return [cancelled, { type: 'appointment.offered', data: { ...next, freedBy: appointmentId } }];
}

/** Reminds who still has the slot, once. */
export function remind(slot: Slot, appointmentId: string): readonly SlotEvent[] {
  if (slot.holder?.appointmentId !== appointmentId || slot.reminded.has(appointmentId)) return [];
  return [{ type: 'appointment.reminded', data: { appointmentId } }];
}

export function statusOf(
  { holder, offer, waiting }: Slot,
  { appointmentId }: Pick<Holder, 'appointmentId'>,
): 'booked' | 'waitlisted' | undefined {
  if (holder?.appointmentId === appointmentId) return 'booked';
  if (offer?.appointmentId === appointmentId) return 'waitlisted';
  return waiting.some((each) => each.appointmentId === appointmentId) ? 'waitlisted' : undefined;
}
