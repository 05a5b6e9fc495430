import {
  type CreateSystem,
  type Decision,
  fieldsFor,
  hardenedParts,
  type Parts,
  purposesFor,
  purposesOf,
  roleMay,
  startProgram,
} from '#audit-compliance';

/** Purposes for which it must be one's own patient. */
const ofTheCareTeam = new Set(['treatment', 'scheduling']);

const denied = (reason: Extract<Decision, { kind: 'denied' }>['reason']): Decision => ({
  kind: 'denied',
  reason,
});

/** Role, purpose, care team and consent, in this order; and of the record what the purpose needs. */
const decide: Parts['decide'] = ({ kind, purpose, reason = '', patientId }, staff, patient) => {
  if (staff === undefined || !roleMay(staff.role, kind)) return denied('role');
  const { role, clinic } = staff;
  if (!purposesOf[role].includes(purpose)) return denied('purpose');
  if (!purposesFor[kind].includes(purpose)) return denied('purpose');
  if (patient === undefined) return denied('unknown');
  if (purpose === 'own-log' && staff.id !== patientId) return denied('not-own');
  if (purpose === 'emergency' && reason.trim() === '') return denied('no-reason');
  const isForeign = role !== 'system' && clinic !== patient.clinic;
  if (ofTheCareTeam.has(purpose) && isForeign) return denied('care-team');
  if (purpose === 'research' && !patient.consentsToResearch) return denied('consent');
  return { kind: 'granted', fields: fieldsFor[purpose], breaksGlass: purpose === 'emergency' };
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, decide });
