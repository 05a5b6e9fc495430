import type { Settings } from '../src/settings.ts';

/** A quarter of the storm, people and slots alike: what shows in the whole of it shows here. */
export const small: Partial<Settings> = { requestsPerDay: 24_000, patients: 96, slots: 168 };
