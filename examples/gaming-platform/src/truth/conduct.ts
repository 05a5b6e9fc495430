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

  /** Whoever was silent may catch up; so may everybody after a crash, when the game knows of nothing. */
  function allowedS({ sinceMs }: Pace, atMs: number): number {
    const crashes = faultsSince(context, sinceMs).filter(({ kind }) => kind === 'crash').length;
    const silences = 1 + crashes;
    return (atMs - sinceMs) / 1_000 + silences * law.silenceS;
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
      const seconds = allowedS(pace, atMs);
      if (action.type === 'move') {
        pace.metres += lengthM(action);
        if (pace.metres <= seconds * law.metresPerSecond) return undefined;
        return `${pace.metres.toFixed(0)} m, where ${(seconds * law.metresPerSecond).toFixed(0)} are possible`;
      }
      pace.blows += 1;
      if (pace.blows <= seconds * law.blowsPerSecond) return undefined;
      return `${pace.blows} blows, where ${Math.floor(seconds * law.blowsPerSecond)} are possible`;
    },
    refused(id) {
      open.delete(id);
    },
  };
}
