import type { Settings } from '../src/settings.ts';

/** Four tenths of the storm, people and slots alike: what shows in the whole of it shows here. */
export const small: Partial<Settings> = { requestsPerDay: 40_000, patients: 160, slots: 280 };

/** A quarter of it: what shows only in the small one is named where this is used. */
export const quarter: Partial<Settings> = { requestsPerDay: 24_000, patients: 96, slots: 168 };

/** An eighth of it: for bugs of single entries, bookings and offers, of which there are enough here. */
export const eighth: Partial<Settings> = { requestsPerDay: 12_000, patients: 48, slots: 84 };
