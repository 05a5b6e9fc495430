import { faker } from '@faker-js/faker/locale/en';
import { type Random, seedFaker } from '@firedrill/core/simulation';
import type { Patient, Role, Staff } from '../domain.ts';
import type { Settings } from '../settings.ts';

/** Who works on the platform, and for whom: looked up by id, as a directory service would. */
export interface Clinic {
  readonly patients: readonly Patient[];
  /** All who work there: the platform itself is none of them, and patients are none. */
  readonly team: readonly Staff[];
  /** Those whose last visit is long ago. */
  readonly archived: readonly Patient[];
  /** Whether the law of the state has a record kept for some more years. */
  mustBeKept(patientId: string): boolean;
  /** @throws RangeError when there is none. */
  patient(id: string): Patient;
  findPatient(id: string): Patient | undefined;
  /** Who asks: one of the team, the platform itself, or a patient. */
  findStaff(id: string): Staff | undefined;
  /** Somebody of this role, of this clinic or, with `elsewhere`, of any other. */
  someone(
    random: Random,
    role: Role,
    at: { readonly clinic: string; readonly elsewhere: boolean },
  ): Staff;
}

const clinics = ['north', 'south', 'east', 'west'] as const;

/** How many of each role work in each clinic. */
const staffing: Readonly<Record<Exclude<Role, 'system' | 'patient'>, number>> = {
  physician: 6,
  nurse: 10,
  receptionist: 4,
  'billing-clerk': 2,
  researcher: 2,
  'compliance-officer': 1,
  'privacy-officer': 1,
};

/** Share of the patients who have not come for years. */
const archivedShare = 0.5;

/** Share of the patients who let their data be used for research. */
const researchShare = 0.4;

const bloodTypes = ['O+', 'O-', 'A+', 'A-', 'B+', 'B-', 'AB+', 'AB-'] as const;
const illnesses = [
  'I10 hypertension',
  'E11 diabetes',
  'J45 asthma',
  'M54 back pain',
  'F32 depression',
  'N18 kidney disease',
] as const;
const drugs = [
  'lisinopril',
  'metformin',
  'salbutamol',
  'ibuprofen',
  'sertraline',
  'furosemide',
] as const;

export const patientId = (place: number): string => `patient-${String(place).padStart(4, '0')}`;

export function createClinic(settings: Settings, random: Random): Clinic {
  seedFaker(faker, random);
  const system: Staff = { id: 'system', role: 'system', clinic: 'all' };
  const team = clinics.flatMap((clinic) =>
    Object.entries(staffing).flatMap(([role, count]) =>
      Array.from({ length: count }, (_, index): Staff => ({
        id: `${role}-${clinic}-${index + 1}`,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key of the constant above
        role: role as Role,
        clinic,
      })),
    ),
  );
  const byRole = Map.groupBy(team, ({ role }) => role);
  const staffById = new Map([system, ...team].map((each) => [each.id, each]));
  const patients = Array.from({ length: settings.patients }, (_, index): Patient => {
    const illness = random.integer(0, illnesses.length - 1);
    return {
      id: patientId(index + 1),
      clinic: clinics[index % clinics.length] ?? clinics[0],
      consentsToResearch: random.chance(researchShare),
      values: {
        name: faker.person.fullName(),
        birthDate: `${random.integer(1930, 2020)}-${String(random.integer(1, 12)).padStart(2, '0')}-15`,
        phone: faker.phone.number(),
        insurance: `HX-${random.integer(10_000_000, 99_999_999)}`,
        bloodType: random.pick(bloodTypes),
        allergies: random.chance(0.2) ? 'penicillin' : 'none known',
        diagnoses: illnesses[illness] ?? illnesses[0],
        medications: drugs[illness] ?? drugs[0],
        notes: faker.lorem.sentence(),
      },
    };
  });
  const patientById = new Map(patients.map((patient) => [patient.id, patient]));

  // Every other one of each clinic.
  const keptIds = new Set(
    patients.filter((_, index) => Math.floor(index / clinics.length) % 2 === 0).map(({ id }) => id),
  );

  return {
    patients,
    team,
    archived: patients.slice(-Math.ceil(archivedShare * patients.length)),
    mustBeKept: (id) => keptIds.has(id),
    patient(id) {
      const found = patientById.get(id);
      if (found === undefined) {
        throw new RangeError(`Failed to look somebody up: there is no patient ${id}.`);
      }
      return found;
    },
    findPatient: (id) => patientById.get(id),
    findStaff(id) {
      const patient = patientById.get(id);
      if (patient === undefined) return staffById.get(id);
      return { id, role: 'patient', clinic: patient.clinic };
    },
    someone(draw, role, { clinic, elsewhere }) {
      const candidates = (byRole.get(role) ?? []).filter(
        (each) => (each.clinic === clinic) !== elsewhere,
      );
      return draw.pick(candidates);
    },
  };
}
