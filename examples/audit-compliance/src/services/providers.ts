import type { Clinic } from './clinic.ts';

/** A night on which a provider sees people by video, half an hour each: from 22:00 to 06:00 of their clinic's clock. */
export interface Night {
  readonly providerId: string;
  /** Where the provider sits: whose clock their hours go by. */
  readonly clinic: string;
  /** The evening, such as 2027-03-13. */
  readonly date: string;
}

/** Who is on duty when, and whose clock goes how: what a rota and a book of addresses know. */
export interface Providers {
  readonly nights: readonly Night[];
  /** Zone of a clinic, a name of the IANA database. @throws RangeError when there is no such clinic. */
  zoneOf(clinic: string): string;
}

const zones: ReadonlyMap<string, string> = new Map([
  ['north', 'America/New_York'],
  ['south', 'America/Chicago'],
  // Under HIPAA as well, and without a summer time.
  ['east', 'America/Puerto_Rico'],
  ['west', 'America/Los_Angeles'],
]);

/** The nights in which clocks are put forward and back in most of the United States, and one in between. */
const evenings = ['2027-03-13', '2027-06-12', '2027-11-06'] as const;

/** Two physicians, in two zones, see patients of all clinics. */
const onDuty = ['north', 'south'] as const;

export const createProviders = ({ team }: Clinic): Providers => ({
  nights: onDuty.flatMap((clinic) => {
    const provider = team.find((each) => each.clinic === clinic && each.role === 'physician');
    return provider === undefined
      ? []
      : evenings.map((date) => ({ providerId: provider.id, clinic, date }));
  }),
  zoneOf(clinic) {
    const zone = zones.get(clinic);
    if (zone === undefined) {
      throw new RangeError(`Failed to look up a zone: there is no clinic ${clinic}.`);
    }
    return zone;
  },
});
