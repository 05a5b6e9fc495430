import type { Asking, Field, Patient, Purpose, Staff } from '../domain.ts';

/**
 * The law as the auditors read it: a table of who may want what, written apart from the platform's own
 * decision, so that an error in that one shows.
 */

/** Which fields a purpose needs, and no more (45 CFR 164.502(b)); for treatment by the clinics' own policy. */
export const neededFields: Readonly<Record<Purpose, readonly Field[]>> = {
  treatment: ['name', 'birthDate', 'bloodType', 'allergies', 'diagnoses', 'medications', 'notes'],
  scheduling: ['name', 'phone'],
  billing: ['name', 'insurance', 'diagnoses'],
  research: ['diagnoses', 'medications'],
  emergency: ['name', 'bloodType', 'allergies', 'diagnoses', 'medications'],
  oversight: [],
  erasure: [],
  'own-log': [],
  session: [],
};

/** `role: deed for purpose`, all that there is. */
const allowed: ReadonlySet<string> = new Set([
  'physician: read for treatment',
  'physician: read for scheduling',
  'physician: read for emergency',
  'physician: update for treatment',
  'physician: refer for treatment',
  'physician: discharge for treatment',
  'nurse: read for treatment',
  'nurse: read for scheduling',
  'nurse: read for emergency',
  'nurse: update for treatment',
  'nurse: book for scheduling',
  'nurse: cancel for scheduling',
  'nurse: accept for scheduling',
  'nurse: decline for scheduling',
  'receptionist: read for scheduling',
  'receptionist: book for scheduling',
  'receptionist: cancel for scheduling',
  'receptionist: accept for scheduling',
  'receptionist: decline for scheduling',
  'nurse: openings for scheduling',
  'nurse: schedule for scheduling',
  'nurse: unschedule for scheduling',
  'receptionist: openings for scheduling',
  'receptionist: schedule for scheduling',
  'receptionist: unschedule for scheduling',
  'billing-clerk: read for billing',
  'researcher: read for research',
  'compliance-officer: review for oversight',
  'compliance-officer: hold for oversight',
  'compliance-officer: release for oversight',
  'patient: list for own-log',
  'privacy-officer: erase for erasure',
  'system: read for scheduling',
]);

/** Whether the law lets somebody do this to this patient; nobody who is unknown, and nobody unknown. */
export function isLawful(
  { kind, purpose, reason = '', patientId }: Asking,
  staff: Staff | undefined,
  patient: Pick<Patient, 'clinic' | 'consentsToResearch'> | undefined,
): boolean {
  if (staff === undefined || patient === undefined) return false;
  if (!allowed.has(`${staff.role}: ${kind} for ${purpose}`)) return false;
  if (staff.role === 'patient') return staff.id === patientId;
  if (purpose === 'emergency') return /\S/.test(reason);
  const isOwn = staff.clinic === patient.clinic || staff.role === 'system';
  if ((purpose === 'treatment' || purpose === 'scheduling') && !isOwn) return false;
  return purpose !== 'research' || patient.consentsToResearch;
}
