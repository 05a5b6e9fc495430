/** An appointment, given or waited for. */
export interface Appointment {
  readonly appointmentId: string;
  readonly slotId: string;
  readonly patientId: string;
}

/** The calendar of the first four implementations: a table with one holder a slot, and its waitlist. */
export interface Calendar {
  /** Gives a slot, or a place on its waitlist; the same appointment gets the same answer again. */
  book(appointment: Appointment): { readonly status: 'booked' | 'waitlisted' };
  /** Frees a slot, and gives it to whoever waits first. Nothing when the appointment holds none. */
  cancel(appointment: Appointment): { readonly next: Appointment | undefined };
  isHeld(appointment: Appointment): boolean;
}

export function createCalendar(): Calendar {
  const slots = new Map<string, { holder: Appointment | undefined; waiting: Appointment[] }>();

  function slotOf(slotId: string) {
    let slot = slots.get(slotId);
    if (slot === undefined) {
      slot = { holder: undefined, waiting: [] };
      slots.set(slotId, slot);
    }
    return slot;
  }

  const isHeld = ({ slotId, appointmentId }: Appointment): boolean =>
    slots.get(slotId)?.holder?.appointmentId === appointmentId;

  return {
    isHeld,
    book(appointment) {
      const slot = slotOf(appointment.slotId);
      if (isHeld(appointment)) return { status: 'booked' };
      if (slot.holder === undefined) {
        slot.holder = appointment;
        return { status: 'booked' };
      }
      const { appointmentId } = appointment;
      const isWaiting = slot.waiting.some((each) => each.appointmentId === appointmentId);
      if (!isWaiting) slot.waiting.push(appointment);
      return { status: 'waitlisted' };
    },
    cancel(appointment) {
      if (!isHeld(appointment)) return { next: undefined };
      const slot = slotOf(appointment.slotId);
      slot.holder = slot.waiting.shift();
      return { next: slot.holder };
    },
  };
}
