import type { Answer, Request } from '../domain.ts';

/** What the staff asked and was told of appointments: who has which slot. */
export interface Bookings {
  asked(request: Request): void;
  told(request: Request, answer: Answer, atMs: number): void;
  /** Whose an appointment is, as it was asked for. */
  patientOf(appointmentId: string): string | undefined;
  /** Whether somebody has asked to cancel it, who may. */
  isGivenBack(appointmentId: string): boolean;
  /** When that was confirmed. */
  givenBackAt(appointmentId: string): number | undefined;
  /** Appointments in a slot that somebody else has, of those that nobody has asked to cancel. */
  doubleBooked(): number;
}

export function createBookings(): Bookings {
  /** Appointments that were given, by slot. */
  const given = new Map<string, Set<string>>();
  const patients = new Map<string, string>();
  const givenBack = new Set<string>();
  const confirmedAt = new Map<string, number>();

  function give(slotId: string, appointmentId: string): void {
    const all = given.get(slotId) ?? new Set();
    given.set(slotId, all.add(appointmentId));
  }

  function asked(request: Request): void {
    const { kind, requestId, patientId } = request;
    if (kind === 'book' && !patients.has(requestId)) patients.set(requestId, patientId);
    if (kind !== 'cancel') return;
    const { appointmentId } = request;
    if (patients.get(appointmentId) === patientId) givenBack.add(appointmentId);
  }

  return {
    asked,
    told(request, answer, atMs) {
      asked(request);
      if (request.kind === 'book' && answer.status === 'booked') {
        give(request.slotId, request.requestId);
      }
      if (request.kind !== 'cancel' || answer.status !== 'done') return;
      const { appointmentId, slotId } = request;
      if (givenBack.has(appointmentId)) confirmedAt.set(appointmentId, atMs);
      if (answer.next !== undefined) give(slotId, answer.next.appointmentId);
    },
    patientOf: (appointmentId) => patients.get(appointmentId),
    isGivenBack: (appointmentId) => givenBack.has(appointmentId),
    givenBackAt: (appointmentId) => confirmedAt.get(appointmentId),
    doubleBooked() {
      let count = 0;
      for (const all of given.values()) {
        const kept = [...all].filter((id) => !givenBack.has(id)).length;
        count += Math.max(0, kept - 1);
      }
      return count;
    },
  };
}
