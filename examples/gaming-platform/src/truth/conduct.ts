import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { Input } from '../domain.ts';
import type { Game } from '../types.ts';
import { law, lengthM, offenceOf } from './law.ts';

/** What players do, as it arrived at the gate; what the game hands back of it is its own word. */
export interface Conduct {
  arrived(id: string, input: Input): void;
  /** This input has become part of the state: what no player may do, or undefined. */
  applied(id: string, playerId: string): string | undefined;
  /** This input did not become part of the state. */
  refused(id: string): void;
}

interface Pace {
  readonly sinceMs: number;
  metres: number;
  blows: number;
}

export function createConduct(context: WorldContext<Game>): Conduct {
  const { elapsedMs } = context;
  const open = new Map<string, { readonly atMs: number; readonly action: Input['action'] }>();
  const paces = new Map<string, Pace>();

  /** The time that there was, in seconds, when so much at this pace takes longer; undefined otherwise. */
  function tooShortS(
    amount: number,
    perSecond: number,
    { sinceMs }: Pace,
    atMs: number,
  ): number | undefined {
    // Whoever was silent may catch up.
    const seconds = (atMs - sinceMs) / 1_000 + law.silenceS;
    if (amount <= seconds * perSecond) return undefined;
    // So may everybody after a crash, when the game knows of nothing.
    const crashes = faultsSince(context, sinceMs).filter(({ kind }) => kind === 'crash').length;
    const allowedS = seconds + crashes * law.silenceS;
    return amount <= allowedS * perSecond ? undefined : allowedS;
  }

  return {
    arrived(id, { action }) {
      open.set(id, { atMs: elapsedMs(), action });
    },
    applied(id, playerId) {
      const input = open.get(id);
      if (input === undefined) return undefined;
      open.delete(id);
      const { atMs, action } = input;
      const offence = offenceOf(action);
      if (offence !== undefined) return offence;
      if (action.type !== 'move' && action.type !== 'attack') return undefined;
      const pace = paces.get(playerId) ?? { sinceMs: atMs, metres: 0, blows: 0 };
      paces.set(playerId, pace);
      if (action.type === 'move') {
        pace.metres += lengthM(action);
        const allowedS = tooShortS(pace.metres, law.metresPerSecond, pace, atMs);
        if (allowedS === undefined) return undefined;
        return `${pace.metres.toFixed(0)} m, where ${(allowedS * law.metresPerSecond).toFixed(0)} are possible`;
      }
      pace.blows += 1;
      const allowedS = tooShortS(pace.blows, law.blowsPerSecond, pace, atMs);
      if (allowedS === undefined) return undefined;
      return `${pace.blows} blows, where ${Math.floor(allowedS * law.blowsPerSecond)} are possible`;
    },
    refused(id) {
      open.delete(id);
    },
  };
}
