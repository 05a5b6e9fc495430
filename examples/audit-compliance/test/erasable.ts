import type { TestPhase } from '@firedrill/core/scenario/testing';
import type { Clinics } from '../src/types.ts';

/** Somebody of the first clinic whose record need not be kept. */
export function erasable({ truth }: TestPhase<Clinics>): string {
  const ids = Array.from({ length: 15 }, (_, index) => String(4 * index + 1).padStart(4, '0'));
  const found = ids.map((id) => `patient-${id}`).find((id) => !truth.clinic.mustBeKept(id));
  if (found === undefined) throw new Error('Every record must be kept.');
  return found;
}
