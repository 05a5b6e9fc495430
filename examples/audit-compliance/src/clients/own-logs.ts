import type { Visit } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';

/** Of all visits, so many are by patients who ask who has seen their record; some ask for another's. */
const share = 0.04;
const othersShare = 0.1;

/** A patient asks for the log. Says whether this visit was one. */
export async function askForLog(
  { context, truth, arrival }: Visit<Clinics>,
  press: (request: Request) => Promise<Answer | undefined>,
): Promise<boolean> {
  const random = context.random('own logs');
  if (!random.chance(share)) return false;
  const patient = random.pick(truth.clinic.patients);
  const other = random.pick(truth.clinic.patients);
  const patientId = random.chance(othersShare) ? other.id : patient.id;
  const requestId = `log-${arrival.index + 1}`;
  await press({ kind: 'list', requestId, staffId: patient.id, patientId, purpose: 'own-log' });
  return true;
}
