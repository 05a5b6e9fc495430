import type { Settings } from '../src/settings.ts';

/** Three tenths of the players: what shows with all of them shows here. */
export const small: Partial<Settings> = { dailyPlayers: 300_000 };
