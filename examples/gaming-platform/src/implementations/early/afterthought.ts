import { maxSpeedMPerS, stepLengthM, type Suspicion } from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { Change } from '../shard/arena.ts';

/** A player is suspicious who covers more than this in one second by the clock of the server. */
const farthestPerSecondM = 2 * maxSpeedMPerS;

/**
 * The anti-cheat of the first four implementations.
 *
 * Flaw: it looks at actions when they are part of the state already, so that it can accuse and not
 * prevent; and it takes the time of arrival for the time of the action, so that whoever comes out of a
 * tunnel looks like a cheater.
 */
export function createAfterthought({ clock }: Context) {
  const strides = new Map<string, { second: number; coveredM: number }>();
  const accused = new Set<string>();

  return ({ input }: Change): Suspicion | undefined => {
    const { playerId, action } = input;
    if (action.type !== 'move' || accused.has(playerId)) return undefined;
    const second = Math.floor(clock.elapsedMs() / 1_000);
    const stride = strides.get(playerId);
    const lengthM = stepLengthM(action);
    const coveredM = (stride?.second === second ? stride.coveredM : 0) + lengthM;
    if (stride === undefined) strides.set(playerId, { second, coveredM });
    else Object.assign(stride, { second, coveredM });
    if (coveredM <= farthestPerSecondM) return undefined;
    accused.add(playerId);
    return { playerId, evidence: `${coveredM.toFixed(0)} m in one second` };
  };
}
