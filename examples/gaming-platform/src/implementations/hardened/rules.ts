import {
  isPossible,
  maxAttacksPerSecond,
  maxSpeedMPerS,
  type ReceivedInput,
  stepLengthM,
} from '../../domain.ts';

/**
 * What the rules of the game allow in the long run, as two budgets that fill up with the gate's own
 * time: metres to run and blows to strike. It is the time at which an input was received, and not that at
 * which a shard gets round to it: after a stall or a crash everybody's actions come at once.
 *
 * The clock of a client proves nothing, and the time of arrival proves little: whoever comes out of a
 * tunnel has seconds of honest actions arrive at once. So a budget may save up for as long as a
 * connection may be silent, and only what goes beyond it, for which there is no honest explanation, is
 * refused.
 */
export interface Rules {
  /** Why an action must not become part of the state; undefined when it may. */
  offence(input: ReceivedInput): Offence | undefined;
  forget(playerId: string): void;
}

export type Offence = 'impossible' | 'too fast' | 'too many blows';

interface Budget {
  atMs: number;
  metres: number;
  blows: number;
}

/** Longer than a client keeps silent without giving up its connection. */
const savedForS = 15;
const mostMetres = savedForS * maxSpeedMPerS;
const mostBlows = savedForS * maxAttacksPerSecond;

export function createRules(): Rules {
  const budgets = new Map<string, Budget>();

  function budgetOf(playerId: string, nowMs: number): Budget {
    const known = budgets.get(playerId);
    if (known === undefined) {
      const fresh = { atMs: nowMs, metres: mostMetres, blows: mostBlows };
      budgets.set(playerId, fresh);
      return fresh;
    }
    const seconds = (nowMs - known.atMs) / 1_000;
    known.metres = Math.min(mostMetres, known.metres + seconds * maxSpeedMPerS);
    known.blows = Math.min(mostBlows, known.blows + seconds * maxAttacksPerSecond);
    known.atMs = nowMs;
    return known;
  }

  return {
    offence({ playerId, action, receivedAtMs }) {
      if (!isPossible(action)) return 'impossible';
      if (action.type === 'move') {
        const budget = budgetOf(playerId, receivedAtMs);
        const lengthM = stepLengthM(action);
        if (lengthM > budget.metres) return 'too fast';
        budget.metres -= lengthM;
      } else if (action.type === 'attack') {
        const budget = budgetOf(playerId, receivedAtMs);
        if (budget.blows < 1) return 'too many blows';
        budget.blows -= 1;
      }
      return undefined;
    },
    forget(playerId) {
      budgets.delete(playerId);
    },
  };
}
