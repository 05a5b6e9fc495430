import type { Random } from '@firedrill/core/simulation';
import type { Staff } from '../domain.ts';
import type { Clinic } from './clinic.ts';

/** Who treats whom, and who lives near whom: what the lists of the wards and the personnel office know. */
export interface Care {
  /**
   * Whether the patient is on the list of this physician or nurse, or was referred to them: whoever is of another
   * clinic is let in by nothing else.
   */
  treats(staffId: string, patientId: string): boolean;
  /** Whether they live in the same street. */
  isNear(staffId: string, patientId: string): boolean;
  /** Those on whose lists the patient is, of this role. */
  teamOf(patientId: string, role: 'physician' | 'nurse'): readonly Staff[];
  /** Physicians and nurses of the patient's clinic who do not treat them. */
  strangersTo(patientId: string): readonly Staff[];
}

/** Of each role so many treat a patient. */
const teamSize = 2;

/** As many streets as give a few neighbours to everybody. */
const streets = 30;

export function createCare({ patients, team }: Clinic, random: Random): Care {
  const streetOf = new Map<string, number>();
  for (const { id } of [...patients, ...team]) streetOf.set(id, random.integer(1, streets));
  const clinicOf = new Map([...patients, ...team].map(({ id, clinic }) => [id, clinic]));
  const teams = new Map<string, readonly Staff[]>();
  const strangers = new Map<string, readonly Staff[]>();
  for (const { id, clinic } of patients) {
    const colleagues = team.filter((each) => each.clinic === clinic);
    const chosen = (['physician', 'nurse'] as const).flatMap((role) => {
      const all = colleagues.filter((each) => each.role === role);
      const first = random.integer(0, all.length - 1);
      return Array.from({ length: teamSize }, (_, at) => all[(first + at) % all.length]);
    });
    const own = chosen.filter((each) => each !== undefined);
    teams.set(id, own);
    strangers.set(
      id,
      colleagues.filter(
        (each) => (each.role === 'physician' || each.role === 'nurse') && !own.includes(each),
      ),
    );
  }
  return {
    treats: (staffId, patientId) =>
      clinicOf.get(staffId) !== clinicOf.get(patientId) ||
      teams.get(patientId)?.some(({ id }) => id === staffId) === true,
    isNear(staffId, patientId) {
      const street = streetOf.get(staffId);
      return street !== undefined && street === streetOf.get(patientId);
    },
    teamOf: (patientId, role) => (teams.get(patientId) ?? []).filter((each) => each.role === role),
    strangersTo: (patientId) => strangers.get(patientId) ?? [],
  };
}
