import type { WorldContext } from '@firedrill/core/scenario';
import { type Answer, messageIdOf, type Request } from '../domain.ts';
import { suspendedMs } from '../domain/outcomes.ts';
import type { Clinic } from '../services/clinic.ts';
import type { Clinics } from '../types.ts';
import { clocksMs } from './clocks.ts';

/** What reviews came to, whose emergency was none, and who was told. */
export interface Outcomes {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  messageSent(messageId: string, to: string): void;
  /** Of whom an emergency access was: of a message, whose record was opened. */
  patientOf(messageId: string): string | undefined;
  /** Emergencies of people who are suspended, or were refused and are not; reviews that say nothing. */
  readonly wrong: number;
  /** Patients who were not told of an access that had no reason, and others who were. */
  untold(erased: ReadonlyMap<string, number>): number;
}

/** A review that takes a right away: from `askedMs` on it may, from `toldMs` on it has. */
interface Suspension {
  readonly accessId: string;
  readonly staffId: string;
  readonly askedMs: number;
  toldMs: number;
}

/** A patient is told within this time, whoever crashes, in ms. */
const tellWithinMs = 120_000;

export function createOutcomes(
  { elapsedMs, violate }: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>,
  clinic: Pick<Clinic, 'findPatient'>,
): Outcomes {
  const emergencies = new Map<string, { readonly staffId: string; readonly patientId: string }>();
  /** By access. */
  const suspensions = new Map<string, Suspension>();
  const notices = new Map<string, string>();
  let wrong = 0;

  function blame(text: string): void {
    wrong += 1;
    violate('outcome-has-consequences', text);
  }

  const of = (staffId: string): readonly Suspension[] =>
    [...suspensions.values()].filter((each) => each.staffId === staffId);

  function judgeEmergency({ staffId, requestId }: Request, answer: Answer, askedMs: number): void {
    const nowMs = elapsedMs();
    if (answer.status === 'denied') {
      if (answer.reason !== 'suspended') return;
      const mayBe = of(staffId).some(
        (each) => each.askedMs <= nowMs && askedMs <= each.toldMs + suspendedMs + clocksMs,
      );
      if (!mayBe) blame(`${staffId} is not suspended, and may not break the glass (${requestId})`);
      return;
    }
    const isSure = of(staffId).some(
      (each) => each.toldMs <= askedMs && nowMs <= each.askedMs + suspendedMs - clocksMs,
    );
    if (isSure) blame(`${staffId} is suspended, and breaks the glass (${requestId})`);
  }

  return {
    asked(request) {
      const { requestId, staffId, patientId } = request;
      if (request.purpose === 'emergency' && !emergencies.has(requestId)) {
        emergencies.set(requestId, { staffId, patientId });
      }
      if (request.kind !== 'review' || request.outcome !== 'unjustified') return;
      const actor = emergencies.get(request.accessId)?.staffId;
      if (actor === undefined || suspensions.has(request.accessId)) return;
      suspensions.set(request.accessId, {
        accessId: request.accessId,
        staffId: actor,
        askedMs: elapsedMs(),
        toldMs: Infinity,
      });
    },
    told(request, answer, askedMs) {
      if (request.purpose === 'emergency') judgeEmergency(request, answer, askedMs);
      if (request.kind !== 'review') return;
      const { outcome, accessId, requestId } = request;
      const isRefused = answer.status === 'denied' && answer.reason === 'no-outcome';
      if ((outcome === undefined) !== isRefused && (isRefused || answer.status === 'done')) {
        blame(`${requestId} says ${outcome ?? 'nothing'}, and is ${answer.status}`);
      }
      const suspension = suspensions.get(accessId);
      if (suspension !== undefined && outcome === 'unjustified' && answer.status === 'done') {
        suspension.toldMs = Math.min(suspension.toldMs, elapsedMs());
      }
    },
    messageSent(messageId, to) {
      if (messageId.startsWith('notice-') && !notices.has(messageId)) notices.set(messageId, to);
    },
    patientOf: (messageId) =>
      messageId.startsWith('notice-')
        ? emergencies.get(messageId.slice('notice-'.length))?.patientId
        : undefined,
    get wrong() {
      return wrong;
    },
    untold(erased) {
      let count = 0;
      for (const { accessId, toldMs } of suspensions.values()) {
        const { patientId = '' } = emergencies.get(accessId) ?? {};
        const isDue = toldMs + tellWithinMs < elapsedMs() && !erased.has(patientId);
        if (!isDue || notices.has(messageIdOf('notice', accessId))) continue;
        count += 1;
        violate('patient-told', `${patientId} is not told of ${accessId}, which had no reason`);
      }
      for (const [messageId, to] of notices) {
        const accessId = messageId.slice('notice-'.length);
        const patient = clinic.findPatient(emergencies.get(accessId)?.patientId ?? '');
        if (suspensions.has(accessId) && patient?.values.phone === to) continue;
        count += 1;
        violate('patient-told', `${to} is told of ${accessId}, which is not theirs to hear`);
      }
      return count;
    },
  };
}
