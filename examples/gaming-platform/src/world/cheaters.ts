import type { Random } from '@firedrill/core/simulation';
import type { Action } from '../domain.ts';
import type { Habits } from './players.ts';

/** The kinds of cheaters that are planted among the players. */
export const cheatKinds = ['speed', 'teleport', 'reach', 'rapid-fire', 'aimbot', 'macro'] as const;
export type CheatKind = (typeof cheatKinds)[number];

type Attack = Extract<Action, { type: 'attack' }>;

/** A way to cheat: other habits, other steps or other blows. */
export interface Cheat {
  readonly kind: CheatKind;
  readonly habits: Habits;
  readonly stepM?: (random: Random) => number;
  readonly attack?: (honest: Attack, random: Random) => Attack;
}

/** Shares of the kinds, cumulated in the order of `cheatKinds`. */
const cumulated = [0.2, 0.35, 0.5, 0.65, 0.85, 1];

/** What each kind does. */
const cheats: Readonly<Record<CheatKind, (habits: Habits, random: Random) => Omit<Cheat, 'kind'>>> =
  {
    speed: (habits) => ({
      habits: { ...habits, actionsPerSecond: 3 * habits.actionsPerSecond },
      stepM: () => 5.5,
    }),
    teleport: (habits) => ({ habits, stepM: (own) => (own.chance(0.1) ? 200 : 4) }),
    reach: (habits) => ({
      habits,
      attack: (honest, own) =>
        own.chance(0.5) ? { ...honest, distanceM: 10 + 30 * own.next() } : honest,
    }),
    'rapid-fire': (habits) => ({
      habits: { ...habits, actionsPerSecond: 4 * habits.actionsPerSecond, attackShare: 0.8 },
    }),
    aimbot: (habits, random) => ({
      habits: { ...habits, aimSigmaDeg: 0.02 + 0.26 * random.next() },
    }),
    macro: (habits, random) => ({
      habits: { ...habits, unevenness: 0.01 + 0.23 * random.next(), attackShare: 0.5 },
    }),
  };

/**
 * Draws how somebody cheats. Aimbots and macros come in all strengths: the clumsy aim better than any
 * human and click like a clock, the careful hide among the best players and cannot all be found.
 */
export function drawCheat(random: Random, habits: Habits): Cheat {
  const kind = cheatKinds[random.weightedIndex(cumulated)] ?? 'speed';
  return { kind, ...cheats[kind](habits, random) };
}
