import { plural, WorkTally, type WorldContext } from '@firedrill/core/scenario';
import {
  achievementsBetween,
  effectId,
  evolve,
  hasEffect,
  type Input,
  isPossible,
  type Lane,
  newcomer,
  type PlayerState,
  rewardId,
} from './domain.ts';
import { measures } from './measurements.ts';
import type { Store } from './services/store.ts';
import type { Game } from './types.ts';
import type { Crowd } from './world/crowd.ts';
import type { Player } from './world/players.ts';
import type { Views } from './world/views.ts';

/**
 * What really happened: what honest players did and what it came to, who cheats, and what the
 * providers of rewards, pushes and effects have carried out. No implementation can read or change it;
 * the rules compare with it.
 */
export interface Truth extends Deeds {
  readonly views: Views;
  /** What is stored. */
  readonly store: Store;
  readonly crowd: Crowd;
  /** Draws the player with this number, from 1. */
  createPlayer(number: number): Player;
  /** The player has got in: from now on he plays. */
  enter(player: Player): void;
}

/** What was done, by whom. */
export interface Deeds {
  /** A player has got in, and begins to play. */
  entered(player: Player): void;
  /** A player has done something; the game will hear of it. */
  acted(player: Player, input: Input): void;
  /** An input has reached the gate. */
  arrived(input: Input): void;
  /** The answer to an input has left the gate. */
  answered(input: Input): void;
  /** The game has decided about the input of a player with this sequence number. */
  acknowledged(input: Pick<Input, 'playerId' | 'sequence'>, outcome: 'applied' | 'refused'): void;
  rewardGranted(id: string, coins: number): void;
  notified(id: string, text: string): void;
  effectPlayed(id: string): void;
  /** The game has reported a player to the moderators, who find out whether he cheats. */
  reported(playerId: string): { readonly isCheater: boolean };
  isCheater(playerId: string): boolean;
  /** The state that each honest player has earned. */
  honest(): ReadonlyMap<string, HonestPlayer>;
  /** Rewards of honest players that were never granted. */
  lostRewards(): readonly string[];
  /** Operations was told that this was given up on purpose. */
  saidShed(lane: Lane, id: string): void;
  /** Whether the game has been told by now that this player cheats. */
  isBanned(playerId: string): boolean;
  /** Notifications and effects of honest players that were never carried out. */
  missing(): { readonly notifications: readonly string[]; readonly effects: readonly string[] };
  /** Of these, what operations was not told of. */
  lostSilently(): readonly string[];
  readonly totals: TruthTotals;
  /** Actions of honest players that reached the gate, and those that were answered within a second. */
  readonly actions: WorkTally;
  /** Congratulations and effects of honest players. */
  readonly pushes: WorkTally;
  readonly effects: WorkTally;
  /** When the cheaters came in, and those of them that were caught. */
  readonly catches: WorkTally;
  /** When honest players were reported. */
  readonly accusedAtMs: readonly number[];
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
  /** Honest players who were reported. */
  falsePositives: number;
  cheatersCaught: number;
  /** Rewards that a player got who was known to cheat. */
  rewardsOfBanned: number;
  /** Rewards of another worth than their achievement, or of honest players who had not earned them. */
  wrongRewards: number;
  /** Congratulations that name somebody or something else, or of honest players before the deed. */
  falsePushes: number;
  /** Vital work that operations was told is given up. */
  vitalShed: number;
}

/** What is promised for each achievement: its title, and its worth in coins. */
const promised: ReadonlyMap<string, { readonly title: string; readonly coins: number }> = new Map([
  ['hunter', { title: 'Hunter', coins: 50 }],
  ['slayer', { title: 'Slayer', coins: 120 }],
  ['legend', { title: 'Legend', coins: 300 }],
]);

/** By then a verdict has come, even a slow one, in ms. */
const verdictMs = 60_000;

/** An action that takes longer than this feels like no answer, in ms. */
const promptMs = 1_000;

export function createDeeds(context: WorldContext<Game>): Deeds {
  const { meter, elapsedMs, announce, violate } = context;
  const honest = new Map<string, HonestPlayer>();
  const cheaters = new Map<string, { readonly enteredAtMs: number }>();
  const names = new Map<string, string>();
  const rewards = new Set<string>();
  const grants = new Map<string, number>();
  /** What has not been carried out yet, and since when it is due. */
  const notifications = new Map<string, number>();
  const effects = new Map<string, number>();
  const actions = new WorkTally();
  const pushes = new WorkTally();
  const played = new WorkTally();
  const catches = new WorkTally();
  const accusedAtMs: number[] = [];
  const reports = new Map<string, number>();
  const totals: TruthTotals = {
    honest: 0,
    cheaters: 0,
    forbiddenApplied: 0,
    honestRefused: 0,
    rewardsDue: 0,
    rewardsGranted: 0,
    doubleRewards: 0,
    falsePositives: 0,
    cheatersCaught: 0,
    rewardsOfBanned: 0,
    wrongRewards: 0,
    falsePushes: 0,
    vitalShed: 0,
  };
  const arrivedAtMs = new Map<string, number>();
  /** By the id of their input: what the game hands back is its own word, and may be something else. */
  const impossible = new Map<string, Input['action']>();
  const saidShed = new Set<string>();
  /** Of an honest player we know what he has done; of a cheater nobody does. */
  const isEarned = (playerId: string, id: string): boolean =>
    !honest.has(playerId) || rewards.has(id);
  const isBanned = (playerId: string): boolean =>
    cheaters.has(playerId) && (reports.get(playerId) ?? Infinity) + verdictMs < elapsedMs();

  return {
    totals,
    actions,
    pushes,
    effects: played,
    catches,
    accusedAtMs,

    entered({ profile, cheat }) {
      const { playerId } = profile;
      names.set(playerId, profile.name);
      if (cheat !== undefined) {
        cheaters.set(playerId, { enteredAtMs: elapsedMs() });
        totals.cheaters += 1;
        catches.wasDue(elapsedMs());
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
        effects.set(effectId(input), elapsedMs());
        played.wasDue(elapsedMs());
      }
      for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
        const id = rewardId(profile.playerId, achievement);
        rewards.add(id);
        notifications.set(id, elapsedMs());
        totals.rewardsDue += 1;
        pushes.wasDue(elapsedMs());
      }
    },

    arrived(input) {
      if (!isPossible(input.action)) impossible.set(effectId(input), input.action);
      if (!honest.has(input.playerId)) return;
      actions.wasDue(elapsedMs());
      arrivedAtMs.set(effectId(input), elapsedMs());
    },

    answered(input) {
      const id = effectId(input);
      const sinceMs = arrivedAtMs.get(id);
      if (sinceMs === undefined) return;
      arrivedAtMs.delete(id);
      if (elapsedMs() - sinceMs <= promptMs) actions.wasDone(sinceMs);
    },

    saidShed(lane, id) {
      saidShed.add(id);
      if (lane === 'cosmetics') meter.count(measures.effectsSaidShed);
      else if (lane === 'notifications') meter.count(measures.notificationsSaidShed);
      else {
        totals.vitalShed += 1;
        violate('only-optional-shed', `${lane} ${id} is given up`);
      }
    },

    isBanned,

    acknowledged({ playerId, sequence }, outcome) {
      if (outcome === 'refused') {
        if (!honest.has(playerId)) return;
        totals.honestRefused += 1;
        violate('honest-state', `action ${sequence} of ${playerId}, who is honest, is refused`);
        return;
      }
      const action = impossible.get(effectId({ playerId, sequence }));
      if (action === undefined) return;
      totals.forbiddenApplied += 1;
      meter.count(measures.forbiddenApplied);
      violate(
        'no-impossible-action',
        `action ${sequence} of ${playerId} is applied: ${action.type} ${lengthOf(action)}`,
      );
    },

    rewardGranted(id, coins) {
      const [playerId = '', achievementId = ''] = id.split('/');
      if (promised.get(achievementId)?.coins !== coins || !isEarned(playerId, id)) {
        totals.wrongRewards += 1;
        violate('rewards-earned', `${id} is granted, worth ${plural(coins, 'coin')}`);
      }
      if (isBanned(playerId)) {
        totals.rewardsOfBanned += 1;
        violate('nothing-for-cheaters', `${id} is granted after the verdict`);
      }
      const times = (grants.get(id) ?? 0) + 1;
      grants.set(id, times);
      if (times === 1) {
        if (rewards.has(id)) totals.rewardsGranted += 1;
        return;
      }
      totals.doubleRewards += 1;
      meter.count(measures.doubleRewards);
      const text = `reward ${id} is granted ${times} times`;
      violate('no-double-reward', text);
      if (totals.doubleRewards > 1) return;
      announce({ name: 'double-reward', severity: 'critical', text: `first of its kind: ${text}` });
    },

    notified(id, text) {
      const [playerId = '', achievementId = ''] = id.split('/');
      const words = text.toLowerCase();
      const isTrue =
        isEarned(playerId, id) &&
        words.includes((names.get(playerId) ?? '?').toLowerCase()) &&
        words.includes((promised.get(achievementId)?.title ?? '?').toLowerCase());
      if (!isTrue) {
        totals.falsePushes += 1;
        violate('true-pushes', `${playerId} reads "${text}"`);
      }
      carriedOut(notifications, pushes, id);
    },

    effectPlayed(id) {
      carriedOut(effects, played, id);
    },

    reported(playerId) {
      const cheater = cheaters.get(playerId);
      const isCheater = cheater !== undefined;
      if (reports.has(playerId)) return { isCheater };
      reports.set(playerId, elapsedMs());
      if (cheater === undefined) {
        totals.falsePositives += 1;
        accusedAtMs.push(elapsedMs());
      } else {
        totals.cheatersCaught += 1;
        catches.wasDone(cheater.enteredAtMs);
        meter.record(measures.timeToCatch, elapsedMs() - cheater.enteredAtMs);
      }
      return { isCheater };
    },

    isCheater: (playerId) => cheaters.has(playerId),
    honest: () => honest,
    lostRewards: () => [...rewards].filter((id) => !grants.has(id)),
    missing: () => ({ notifications: [...notifications.keys()], effects: [...effects.keys()] }),
    lostSilently: () =>
      [...notifications.keys(), ...effects.keys()].filter((id) => !saidShed.has(id)),
  };
}

/** The first time counts. */
function carriedOut(open: Map<string, number>, tally: WorkTally, id: string): void {
  const dueAtMs = open.get(id);
  if (dueAtMs !== undefined) tally.wasDone(dueAtMs);
  open.delete(id);
}

function lengthOf(action: Input['action']): string {
  if (action.type === 'move') return `of ${Math.hypot(action.dx, action.dy).toFixed(0)} m`;
  return action.type === 'attack' ? `over ${action.distanceM.toFixed(0)} m` : '';
}
