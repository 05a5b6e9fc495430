import type { Settings } from '../src/settings.ts';

/** Four tenths of the storm, people and slots alike: what shows in the whole of it shows here. */
export const small: Partial<Settings> = { requestsPerDay: 40_000, patients: 160, slots: 280 };
