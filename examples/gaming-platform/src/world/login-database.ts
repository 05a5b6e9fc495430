import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { graceMs } from '../domain/login-queue.ts';
import { allInMs, loginsPerSecond } from '../settings.ts';
import type { Game } from '../types.ts';

/** The database that everybody who logs in has to be read from, one after the other. */
export interface LoginDatabase {
  /** Logins that it carries in a second now, as it says itself. */
  pace(): number;
  /** Logs a player in; whoever comes while it is busy waits. */
  login(playerId: string): Promise<void>;
}

/** After maintenance its caches fill, and a copy of it is made: for a time it is at half speed. */
const slowForMs = 40_000;
const slowFromMs = { earliest: 5_000, latest: 25_000 };

/** How long a line of all who come to an event takes, in ms, part by part. */
export const lineTakesMs = {
  'to log in one after the other': allInMs,
  'of it at half speed': slowForMs / 2,
  'until the places of those who went are free': graceMs,
} as const;

export function createLoginDatabase(
  { settings, elapsedMs, random }: WorldContext<Game>,
  onLogin: (playerId: string) => void,
) {
  const usual = loginsPerSecond(settings);
  const { earliest, latest } = slowFromMs;
  const fromMs = random('login-database').integer(earliest, latest);
  const toMs = fromMs + slowForMs;
  let freeAtMs = 0;

  const pace = (): number => (elapsedMs() >= fromMs && elapsedMs() < toMs ? usual / 2 : usual);

  const database: LoginDatabase = {
    pace,
    async login(playerId) {
      onLogin(playerId);
      freeAtMs = Math.max(freeAtMs, elapsedMs()) + 1_000 / pace();
      await sleep(freeAtMs - elapsedMs());
    },
  };

  return {
    database,
    /** Logins that it carries between two times. */
    carried: (sinceMs: number, untilMs: number): number => {
      const slowMs = Math.max(0, Math.min(untilMs, toMs) - Math.max(sinceMs, fromMs));
      return (usual * (untilMs - sinceMs - slowMs / 2)) / 1_000;
    },
  };
}
