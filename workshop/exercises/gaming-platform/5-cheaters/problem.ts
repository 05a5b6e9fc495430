import {
  type AntiCheat,
  type Context,
  createGame,
  type CreateSystem,
  hardenedParts,
  maxSpeedMPerS,
  stepLengthM,
} from '#gaming-platform';

/** Who covers more than this in a second, by the clock of the server, runs too fast. */
const farthestPerSecondM = 2 * maxSpeedMPerS;

/**
 * Looks at every action before it becomes part of the state: `offence` refuses it, `suspicion` reports
 * the player to the moderators. This one refuses nothing, and accuses whoever was fast. Whose actions
 * of seconds arrive in one, honestly?
 *
 * Given: `isPossible` (no step and no blow longer than can be), `input.receivedAtMs`, `createPatterns`
 * (what no rule forbids and no human does). A client is silent for up to ten seconds; in the long run
 * nobody makes more than `maxSpeedMPerS` metres and `maxAttacksPerSecond` blows a second.
 */
function createAntiCheat({ clock, outside }: Context): AntiCheat {
  const strides = new Map<string, { second: number; coveredM: number }>();

  return {
    examine({ playerId, action }) {
      outside.cpu.check(1);
      const clean = { offence: undefined, suspicion: undefined };
      if (action.type !== 'move') return clean;
      const second = Math.floor(clock.elapsedMs() / 1_000);
      const last = strides.get(playerId);
      const coveredM = (last?.second === second ? last.coveredM : 0) + stepLengthM(action);
      strides.set(playerId, { second, coveredM });
      if (coveredM <= farthestPerSecondM) return clean;
      const evidence = `${coveredM.toFixed(0)} m in one second`;
      return { offence: undefined, suspicion: { playerId, evidence } };
    },
    forget(playerId) {
      strides.delete(playerId);
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createAntiCheat });
