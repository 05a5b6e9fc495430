import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import { onceMs } from './once.ts';

/** What the staff asked and was told of appointments: who has which slot. */
export interface Bookings {
  asked(request: Request): void;
  told(request: Request, answer: Answer, atMs: number, askedMs: number): void;
  /** Whose an appointment is, as it was asked for. */
  patientOf(appointmentId: string): string | undefined;
  /** Whether somebody has asked to cancel it, who may. */
  isGivenBack(appointmentId: string): boolean;
  /** When that was confirmed. */
  givenBackAt(appointmentId: string): number | undefined;
  /** Appointments in a slot that somebody else has, of those that nobody has asked to cancel. */
  doubleBooked(): number;
  /** When somebody may be reminded of it at the earliest: so long after it was asked for, or moved up. */
  hadFromMs(appointmentId: string): number | undefined;
  /** Slots that were free and not given, and that were freed and not handed on, or to the wrong one. */
  readonly withheld: number;
}

/** A wish for a slot. */
interface Wish {
  readonly appointmentId: string;
  readonly askedMs: number;
  /** When the patient was told of a place on the waitlist. */
  waitsSinceMs: number;
}

/** @param isHandedOn whether a slot that is freed goes to the next at once, and is not only offered */
export function createBookings(
  { elapsedMs, violate }: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>,
  isHandedOn = true,
): Bookings {
  /** Appointments that were given, by slot. */
  const given = new Map<string, Set<string>>();
  const patients = new Map<string, string>();
  const givenBack = new Set<string>();
  const askedToCancelMs = new Map<string, number>();
  const confirmedAt = new Map<string, number>();
  /** All who ever wished for a slot, in the order in which they asked. */
  const wishes = new Map<string, Wish[]>();
  const hadFromMs = new Map<string, number>();
  const booked = new Set<string>();
  let withheld = 0;

  function noteWithheld(text: string): void {
    withheld += 1;
    violate('slots-handed-on', text);
  }

  /** Nobody else can have had the slot at any moment since it was asked for. */
  function judgeWaiting(slotId: string, appointmentId: string): void {
    if (!isHandedOn) return;
    const all = wishes.get(slotId) ?? [];
    const own = all.find((wish) => wish.appointmentId === appointmentId);
    if (own === undefined) return;
    own.waitsSinceMs = Math.min(own.waitsSinceMs, elapsedMs());
    const isFree = all.every(
      (wish) => wish === own || (confirmedAt.get(wish.appointmentId) ?? Infinity) < own.askedMs,
    );
    if (isFree) noteWithheld(`${appointmentId} waits for ${slotId}, which nobody has`);
  }

  /** What is freed goes to whoever was told first that they wait, of those who still do. */
  function judgeNext(slotId: string, freed: string, next: string | undefined): void {
    const all = wishes.get(slotId) ?? [];
    const waiting = all.filter(
      ({ appointmentId }) => appointmentId !== freed && !givenBack.has(appointmentId),
    );
    const nextMs = all.find(({ appointmentId }) => appointmentId === next)?.askedMs ?? elapsedMs();
    const first = waiting.find(
      ({ appointmentId, waitsSinceMs }) =>
        waitsSinceMs < nextMs && !booked.has(appointmentId) && appointmentId !== next,
    );
    if (first === undefined) return;
    noteWithheld(
      `${slotId} is freed and goes to ${next ?? 'nobody'}, and ${first.appointmentId} has waited longer`,
    );
  }

  function give(slotId: string, appointmentId: string): void {
    const all = given.get(slotId) ?? new Set();
    given.set(slotId, all.add(appointmentId));
  }

  function asked(request: Request): void {
    const { kind, requestId, patientId } = request;
    if (kind === 'schedule' && !patients.has(requestId)) {
      patients.set(requestId, patientId);
      hadFromMs.set(requestId, elapsedMs());
    }
    if (kind === 'book' && !patients.has(requestId)) {
      patients.set(requestId, patientId);
      const all = wishes.get(request.slotId) ?? [];
      wishes.set(request.slotId, all);
      all.push({ appointmentId: requestId, askedMs: elapsedMs(), waitsSinceMs: Infinity });
      hadFromMs.set(requestId, elapsedMs());
    }
    if (kind !== 'cancel' && kind !== 'unschedule') return;
    const { appointmentId } = request;
    if (patients.get(appointmentId) !== patientId) return;
    if (!givenBack.has(appointmentId)) askedToCancelMs.set(appointmentId, elapsedMs());
    givenBack.add(appointmentId);
  }

  return {
    asked,
    told(request, answer, atMs, askedMs) {
      asked(request);
      if (request.kind === 'book' && answer.status === 'booked') {
        give(request.slotId, request.requestId);
        booked.add(request.requestId);
      }
      if (request.kind === 'book' && answer.status === 'waitlisted') {
        judgeWaiting(request.slotId, request.requestId);
      }
      if (request.kind === 'accept' && answer.status === 'booked') {
        give(request.slotId, request.appointmentId);
        hadFromMs.set(request.appointmentId, askedMs);
      }
      if (answer.status !== 'done') return;
      if (request.kind === 'unschedule' && givenBack.has(request.appointmentId)) {
        confirmedAt.set(request.appointmentId, atMs);
      }
      if (request.kind !== 'cancel') return;
      const { appointmentId, slotId } = request;
      if (!givenBack.has(appointmentId)) return;
      const cancelAskedMs = askedToCancelMs.get(appointmentId) ?? atMs;
      // Who had to ask again may be told less: the slot was handed on at the first time.
      if (isHandedOn && booked.has(appointmentId) && atMs - cancelAskedMs < onceMs) {
        judgeNext(slotId, appointmentId, answer.next?.appointmentId);
      }
      confirmedAt.set(appointmentId, atMs);
      if (answer.next === undefined) return;
      give(slotId, answer.next.appointmentId);
      booked.add(answer.next.appointmentId);
      hadFromMs.set(answer.next.appointmentId, cancelAskedMs);
    },
    patientOf: (appointmentId) => patients.get(appointmentId),
    isGivenBack: (appointmentId) => givenBack.has(appointmentId),
    hadFromMs: (appointmentId) => hadFromMs.get(appointmentId),
    get withheld() {
      return withheld;
    },
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
