import type { PhaseContext } from '@firedrill/core/scenario';
import {
  achievementsBetween,
  effectId,
  evolve,
  hasEffect,
  type Input,
  isPossible,
  newcomer,
  type PlayerState,
  rewardId,
} from './domain.ts';
import type { Player } from './players.ts';
import type { Settings } from './settings.ts';

/**
 * What really happened: what honest players did and what it came to, who cheats, and what the
 * providers of rewards, pushes and effects have carried out. No implementation can read or change it;
 * the checks compare with it.
 */
export interface Truth {
  /** A player has got in, and begins to play. */
  entered(player: Player): void;
  /** A player has done something; the game will hear of it. */
  acted(player: Player, input: Input): void;
  /** The game has answered an input. */
  acknowledged(input: Input, outcome: 'applied' | 'refused'): void;
  rewardGranted(id: string): void;
  notified(id: string): void;
  effectPlayed(id: string): void;
  /** The game has reported a player to the moderators, who find out whether he cheats. */
  reported(playerId: string): { readonly isCheater: boolean };
  isCheater(playerId: string): boolean;
  /** The state that each honest player has earned. */
  honest(): ReadonlyMap<string, HonestPlayer>;
  /** Rewards of honest players that were never granted. */
  lostRewards(): readonly string[];
  /** Notifications and effects of honest players that were never carried out. */
  missing(): { readonly notifications: readonly string[]; readonly effects: readonly string[] };
  readonly totals: TruthTotals;
}

export interface HonestPlayer {
  state: PlayerState;
  isOnline: boolean;
}

export interface TruthTotals {
  honest: number;
  cheaters: number;
  /** Impossible actions that became part of the state. */
  forbiddenApplied: number;
  /** Actions of honest players that were refused. */
  honestRefused: number;
  rewardsDue: number;
  rewardsGranted: number;
  /** Grants of the same reward beyond the first. */
  doubleRewards: number;
  notificationsDue: number;
  notified: number;
  effectsDue: number;
  effectsPlayed: number;
  /** Honest players who were reported. */
  falsePositives: number;
  cheatersCaught: number;
}

export function createTruth(context: PhaseContext<Settings>): Truth {
  const { meter, elapsedMs, announce, violate } = context;
  const honest = new Map<string, HonestPlayer>();
  const cheaters = new Map<string, { readonly enteredAtMs: number }>();
  const rewards = new Set<string>();
  const grants = new Map<string, number>();
  const notifications = new Set<string>();
  const effects = new Set<string>();
  const reports = new Set<string>();
  const totals: TruthTotals = {
    honest: 0,
    cheaters: 0,
    forbiddenApplied: 0,
    honestRefused: 0,
    rewardsDue: 0,
    rewardsGranted: 0,
    doubleRewards: 0,
    notificationsDue: 0,
    notified: 0,
    effectsDue: 0,
    effectsPlayed: 0,
    falsePositives: 0,
    cheatersCaught: 0,
  };

  return {
    totals,

    entered({ profile, cheat }) {
      const { playerId } = profile;
      if (cheat !== undefined) {
        cheaters.set(playerId, { enteredAtMs: elapsedMs() });
        totals.cheaters += 1;
        return;
      }
      honest.set(playerId, { state: newcomer(profile), isOnline: true });
      totals.honest += 1;
    },

    acted({ profile }, input) {
      const player = honest.get(profile.playerId);
      if (player === undefined) return;
      const before = player.state;
      const after = evolve(before, input);
      player.state = after;
      if (input.action.type === 'leave') player.isOnline = false;
      if (hasEffect(input, before, after)) {
        effects.add(effectId(input));
        totals.effectsDue += 1;
      }
      for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
        const id = rewardId(profile.playerId, achievement);
        rewards.add(id);
        notifications.add(id);
        totals.rewardsDue += 1;
        totals.notificationsDue += 1;
      }
    },

    acknowledged({ playerId, action, sequence }, outcome) {
      if (outcome === 'refused') {
        if (!honest.has(playerId)) return;
        totals.honestRefused += 1;
        violate('honest-state', `action ${sequence} of ${playerId}, who is honest, is refused`);
        return;
      }
      if (isPossible(action)) return;
      totals.forbiddenApplied += 1;
      meter.count('forbiddenApplied');
      violate(
        'no-impossible-action',
        `action ${sequence} of ${playerId} is applied: ${action.type} ${lengthOf(action)}`,
      );
    },

    rewardGranted(id) {
      const times = (grants.get(id) ?? 0) + 1;
      grants.set(id, times);
      if (times === 1) {
        if (rewards.has(id)) totals.rewardsGranted += 1;
        return;
      }
      totals.doubleRewards += 1;
      meter.count('doubleRewards');
      const text = `reward ${id} is granted ${times} times`;
      violate('no-double-reward', text);
      if (totals.doubleRewards > 1) return;
      announce({ name: 'double-reward', severity: 'critical', text: `first of its kind: ${text}` });
    },

    notified(id) {
      if (notifications.delete(id)) totals.notified += 1;
    },

    effectPlayed(id) {
      if (effects.delete(id)) totals.effectsPlayed += 1;
    },

    reported(playerId) {
      const cheater = cheaters.get(playerId);
      const isCheater = cheater !== undefined;
      if (reports.has(playerId)) return { isCheater };
      reports.add(playerId);
      if (cheater === undefined) totals.falsePositives += 1;
      else {
        totals.cheatersCaught += 1;
        meter.time('timeToCatch', elapsedMs() - cheater.enteredAtMs);
      }
      return { isCheater };
    },

    isCheater: (playerId) => cheaters.has(playerId),
    honest: () => honest,
    lostRewards: () => [...rewards].filter((id) => !grants.has(id)),
    missing: () => ({ notifications: [...notifications], effects: [...effects] }),
  };
}

function lengthOf(action: Input['action']): string {
  if (action.type === 'move') return `of ${Math.hypot(action.dx, action.dy).toFixed(0)} m`;
  return action.type === 'attack' ? `over ${action.distanceM.toFixed(0)} m` : '';
}
