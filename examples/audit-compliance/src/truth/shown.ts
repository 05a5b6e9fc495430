import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Patient, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import { neededFields } from './law.ts';
import { onceMs } from './once.ts';

/** What the staff was shown of records, beside what stands in them. */
export interface Shown {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** Fields that were shown as they are not, or needed and not shown; records that were called gone and are not. */
  readonly falseFields: number;
}

/** A note that somebody wrote. */
interface Note {
  readonly text: string;
  /** From then on it may stand there. */
  readonly fromMs: number;
  /** From then on it stood there, unless another one had come meanwhile. */
  safeMs: number;
}

export function createShown(
  { violate, elapsedMs }: WorldContext<Clinics>,
  findPatient: (patientId: string) => Patient | undefined,
): Shown {
  const notes = new Map<string, Note[]>();
  const toBeErased = new Set<string>();
  let count = 0;

  function noteFalse(requestId: string, text: string): void {
    count += 1;
    violate('true-record', `${text} (${requestId})`);
  }

  /** Whether a note may have stood there at some moment of this time. */
  function mayStand(patient: Patient, text: string, sinceMs: number): boolean {
    const all = [
      { text: patient.values.notes, fromMs: -Infinity, safeMs: -Infinity },
      ...(notes.get(patient.id) ?? []),
    ];
    return all.some(
      (note) =>
        note.text === text &&
        !all.some(({ fromMs, safeMs }) => fromMs > note.safeMs && safeMs < sinceMs),
    );
  }

  return {
    asked(request) {
      if (request.kind === 'erase') toBeErased.add(request.patientId);
      if (request.kind !== 'update') return;
      const own = notes.get(request.patientId) ?? [];
      notes.set(request.patientId, own);
      own.push({ text: request.note, fromMs: elapsedMs(), safeMs: Infinity });
    },
    told(request, answer, askedMs) {
      const { requestId, patientId, kind } = request;
      const patient = findPatient(patientId);
      if (patient === undefined) return;
      if (kind === 'update' && answer.status === 'done' && elapsedMs() - askedMs < onceMs) {
        const note = notes.get(patientId)?.find(({ text }) => text === request.note);
        if (note !== undefined) note.safeMs = elapsedMs();
      }
      if (answer.status === 'gone' && !toBeErased.has(patientId)) {
        noteFalse(requestId, `${patientId} is called gone, and nobody has erased them`);
      }
      if (answer.status !== 'shown') return;
      const missing = neededFields[request.purpose].filter(
        (field) => answer.values[field] === undefined,
      );
      if (missing.length > 0) {
        noteFalse(requestId, `of ${patientId} no ${missing.join(', no ')} is shown`);
      }
      const { notes: shownNotes, ...others } = answer.values;
      for (const [field, value] of Object.entries(others)) {
        if (value === Object.entries(patient.values).find(([name]) => name === field)?.[1])
          continue;
        noteFalse(requestId, `the ${field} of ${patientId} is shown as "${value}"`);
      }
      if (shownNotes !== undefined && !mayStand(patient, shownNotes, askedMs)) {
        noteFalse(
          requestId,
          `of ${patientId} the note "${shownNotes}" is shown, which is not the newest`,
        );
      }
    },
    get falseFields() {
      return count;
    },
  };
}
