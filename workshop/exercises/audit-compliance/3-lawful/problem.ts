import {
  type CreateSystem,
  fields,
  hardenedParts,
  type Parts,
  roleMay,
  startProgram,
} from '#audit-compliance';

/**
 * May this person see this patient? A nurse may read, and so she reads: whoever it is, for whatever
 * purpose she names, and all of it.
 *
 * Given: `purposesOf[role]` (what a role may want data for), `purposesFor[kind]` (what a request of
 * this kind may be made for), `fieldsFor[purpose]` (the least that a purpose needs), `clinic` of the
 * staff and of the patient, `consentsToResearch`. For treatment and scheduling it has to be a patient
 * of one's own clinic; the platform itself (`system`) may always schedule. Nobody updates a chart for
 * any purpose but treatment. An emergency may break the glass: it needs no care team, and has to say
 * why (`reason`). A log of accesses (`own-log`) is for the patient (`patientId`) alone. Reasons of a
 * denial, in this order: `role`, `purpose`, `unknown` (no such patient), `not-own`, `no-reason`,
 * `care-team`, `consent`.
 */
const decide: Parts['decide'] = ({ kind, purpose }, staff, _patient) => {
  if (staff === undefined || !roleMay(staff.role, kind)) return { kind: 'denied', reason: 'role' };
  return { kind: 'granted', fields, breaksGlass: purpose === 'emergency' };
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, decide });
