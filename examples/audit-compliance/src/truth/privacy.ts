import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinic } from '../services/clinic.ts';
import type { Records } from '../services/records.ts';
import type { Clinics } from '../types.ts';

/** What can be read of patients, with and without their keys. */
export interface Privacy {
  told(request: Request, answer: Answer, askedMs: number): void;
  /** The key is destroyed, at this moment, after an order that has waited. */
  destroyed(patientId: string): void;
  /** When each erased patient's erasure was confirmed. */
  readonly erased: ReadonlyMap<string, number>;
  /** A patient has a data key, in hexadecimal. */
  keyed(patientId: string, dataKey: string): void;
  /** Patients whose key opens the record of another as well: who is erased can still be read with that. */
  sharedKeys(): number;
  /** Keys that should have been wrapped by a newer master key for two minutes. */
  staleKeys(): number;
  /** Records that anybody with the database can read. */
  readable(): number;
  /** Erased patients of whom something can still be read, be it from a backup, or was shown. */
  erasedReadable(): number;
}

/** A key is wrapped anew so soon after there is a newer master key, whoever crashes, in ms. */
const wrappedWithinMs = 120_000;

/** Without these nothing is wrapped anew. */
const wrapping: ReadonlySet<string> = new Set(['kms', 'records']);

export function createPrivacy(
  { violate, elapsedMs, settings, faults }: WorldContext<Clinics>,
  clinic: Clinic,
  records: Records,
): Privacy {
  const erased = new Map<string, number>();
  const shownAfterErasure = new Set<string>();
  const patientsOf = new Map<string, Set<string>>();

  function isReadable(patientId: string): boolean {
    const { insurance } = clinic.patient(patientId).values;
    const hasKey = records.keyOf(patientId) !== undefined;
    return records
      .copiesOf(patientId)
      .some(({ values }) => hasKey || Object.values(values).includes(insurance));
  }

  /** A newer master key that came until then has had its time, in which the vault and the database were there. */
  function wrappedUntilMs(): number {
    let untilMs = elapsedMs() - wrappedWithinMs;
    for (;;) {
      const inTheWay = faults.filter(
        ({ service, share = 1, fromMs, toMs }) =>
          wrapping.has(service) &&
          share === 1 &&
          fromMs <= untilMs + wrappedWithinMs &&
          toMs >= untilMs,
      );
      if (inTheWay.length === 0) return untilMs;
      untilMs = Math.min(...inTheWay.map(({ fromMs }) => fromMs)) - wrappedWithinMs - 1;
    }
  }

  return {
    erased,
    destroyed(patientId) {
      erased.set(patientId, erased.get(patientId) ?? elapsedMs());
    },
    told({ requestId, kind, patientId }, answer, askedMs) {
      if (kind === 'erase' && answer.status === 'done') {
        erased.set(patientId, erased.get(patientId) ?? elapsedMs());
      }
      if (answer.status === 'shown' && askedMs > (erased.get(patientId) ?? Infinity)) {
        shownAfterErasure.add(patientId);
        violate('nothing-readable', `${patientId} was erased, and is shown (${requestId})`);
      }
    },
    keyed(patientId, dataKey) {
      patientsOf.set(dataKey, (patientsOf.get(dataKey) ?? new Set()).add(patientId));
    },
    sharedKeys: () =>
      [...patientsOf.values()].reduce((sum, { size }) => sum + (size > 1 ? size : 0), 0),
    staleKeys() {
      const due = 1 + Math.floor(wrappedUntilMs() / (60_000 * settings.rotationMinutes));
      return records.keysBefore(due, Infinity).length;
    },
    readable: () =>
      clinic.patients.filter(
        ({ id, values }) =>
          records.nonceTwice.has(id) ||
          records
            .copiesOf(id)
            .some((copy) => Object.values(copy.values).includes(values.insurance)),
      ).length,
    erasedReadable: () =>
      [...erased.keys()].filter((id) => shownAfterErasure.has(id) || isReadable(id)).length,
  };
}
