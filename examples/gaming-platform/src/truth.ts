import {
  type Examined,
  faultsSince,
  plural,
  WorkTally,
  type WorldContext,
} from '@firedrill/core/scenario';
import { type Input, type Lane, newcomer, type PlayerState } from './domain.ts';
import { measures } from './measurements.ts';
import type { Store } from './services/store.ts';
import { hasLink } from './domain/packets.ts';
import { type Celebrations, createCelebrations } from './truth/celebrations.ts';
import { createConduct } from './truth/conduct.ts';
import { isHit, judge, law, promiseOf } from './truth/law.ts';
import { keptMs } from './truth/network.ts';
import type { Line } from './truth/line.ts';
import { createScreens, type Screens } from './truth/screens.ts';
import { createTimeliness, type Timeliness } from './truth/timeliness.ts';
import type { Game } from './types.ts';
import type { CheatKind } from './world/cheaters.ts';
import type { Crowd } from './world/crowd.ts';
import type { Player } from './world/players.ts';
import { hasSeen, type View, type Views } from './world/views.ts';

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
  /** Who waited to get in, and what became of them. */
  readonly line: Line;
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
  /** A tick is over: what was done in it has been told to whoever was to hear of it. */
  tickEnded(views: ReadonlyMap<string, View>): void;
  rewardGranted(id: string, coins: number): void;
  /** The line of a player on the leaderboard shows this score. */
  lineWritten(playerId: string, score: number): void;
  notified(id: string, text: string): void;
  effectPlayed(id: string): void;
  /** The game has reported a player to the moderators, who find out whether he cheats. */
  reported(playerId: string): { readonly isCheater: boolean };
  /** The game has written into its cases that this player is banned: it knows. */
  putOnRecord(playerId: string): void;
  isCheater(playerId: string): boolean;
  /** The state that each honest player has earned. */
  honest(): ReadonlyMap<string, HonestPlayer>;
  /** Rewards of honest players that were never granted. */
  lostRewards(): readonly string[];
  /** Operations was told that this was given up on purpose. */
  saidShed(lane: Lane, id: string): void;
  /** Whether the game has been told by now that this player cheats. */
  isBanned(playerId: string): boolean;
  /** Notifications and effects that were never carried out, and of which operations was not told. */
  lostSilently(): readonly string[];
  readonly totals: TruthTotals;
  /** Actions of honest players that reached the gate, and those that were answered within a second. */
  readonly actions: WorkTally;
  readonly celebrations: Pick<
    Celebrations,
    'pushes' | 'effects' | 'missing' | 'doublePushes' | 'lateEffects'
  >;
  readonly timeliness: Pick<Timeliness, 'lateRewards' | 'lateLines' | 'stalePushes'>;
  /**
   * Who was played with, and who of them was reported: cheaters who came in at a time that is judged, and all
   * honest players. The game has no score: reported is 1.
   */
  examined(isJudged: (atMs: number) => boolean): readonly Examined[];
  /** What the phones of observers show, over a link that loses packets. */
  readonly screens: Screens;
}

export interface HonestPlayer {
  state: PlayerState;
  isOnline: boolean;
}

export interface TruthTotals {
  honest: number;
  cheaters: number;
  /** Impossible actions that became part of the state, and those beyond the pace that is possible. */
  forbiddenApplied: number;
  /** Actions that became part of the state after the game was told that the player cheats. */
  appliedOfBanned: number;
  /** What players on the screen of an observer did, and was not told to him. */
  unseenActs: number;
  /** Actions of honest players that were refused. */
  honestRefused: number;
  rewardsDue: number;
  rewardsGranted: number;
  /** Grants of the same reward beyond the first. */
  doubleRewards: number;
  /** Honest players who were reported. */
  falsePositives: number;
  /** Reports of a player of whom the moderators had heard shortly before. */
  needlessReports: number;
  cheatersCaught: number;
  /** Rewards that a player got who was known to cheat, or for what he did when he was held for it. */
  rewardsOfBanned: number;
  /** Rewards of another worth than their achievement, or of honest players who had not earned them. */
  wrongRewards: number;
  /** Congratulations that name somebody or something else, or of honest players before the deed. */
  falsePushes: number;
  /** Vital work that operations was told is given up. */
  vitalShed: number;
}

/** What a verdict comes by, and who carries it out. */
const judging = new Set(['moderation', 'verdicts', 'cases', 'app']);

/** Faults by which a call is performed later than it was sent. */
const keeping = new Set(['slow', 'reorder', 'duplicate']);

/** By then a verdict has come, even the slowest of a hundred thousand, in ms. */
const verdictMs = 90_000;

/** Moderators take so long for nearly all of their verdicts, in ms: nobody asks again before. */
const answeringMs = 30_000;

/** What was on its way when the game came to know has arrived by then, in ms. */
const underWayMs = 1_000;

/** An action that takes longer than this feels like no answer, in ms. */
const promptMs = 1_000;

const idOf = ({ playerId, sequence }: Pick<Input, 'playerId' | 'sequence'>): string =>
  `${playerId}#${sequence}`;

export function createDeeds(context: WorldContext<Game>): Deeds {
  const { meter, elapsedMs, announce, violate, settings } = context;
  const screens = createScreens(context);
  const conduct = createConduct(context);
  const celebrations = createCelebrations(context);
  const honest = new Map<string, HonestPlayer>();
  const cheaters = new Map<string, { readonly enteredAtMs: number; readonly kind: CheatKind }>();
  const names = new Map<string, string>();
  const rewards = new Set<string>();
  const grants = new Map<string, number>();
  const actions = new WorkTally();
  const reports = new Map<string, number>();
  const askedAtMs = new Map<string, number>();
  const timeliness = createTimeliness(context, (playerId) => reports.has(playerId));
  const totals: TruthTotals = {
    honest: 0,
    cheaters: 0,
    forbiddenApplied: 0,
    appliedOfBanned: 0,
    unseenActs: 0,
    honestRefused: 0,
    rewardsDue: 0,
    rewardsGranted: 0,
    doubleRewards: 0,
    falsePositives: 0,
    needlessReports: 0,
    cheatersCaught: 0,
    rewardsOfBanned: 0,
    wrongRewards: 0,
    falsePushes: 0,
    vitalShed: 0,
  };
  const arrivedAtMs = new Map<string, number>();
  /** Blows of honest players that are not applied yet, and those that this tick has applied. */
  const blows = new Set<string>();
  const acts: Pick<Input, 'playerId' | 'sequence'>[] = [];
  const saidShed = new Set<string>();
  /** Of an honest player we know what he has done; of a cheater nobody does. */
  const isEarned = (playerId: string, id: string): boolean =>
    !honest.has(playerId) || rewards.has(id);
  const toldOfAtMs = (playerId: string): number => reports.get(playerId) ?? Infinity;
  const isBanned = (playerId: string): boolean =>
    cheaters.has(playerId) && toldOfAtMs(playerId) + verdictMs < elapsedMs();
  /** What those who cheat have struck until they were reported, whatever the game made of it. */
  const struck = new Map<string, number>();
  /** Held when he earned it: all that he had struck before does not come to so much. */
  const isEarnedOnHold = (playerId: string, monsters: number): boolean =>
    cheaters.has(playerId) &&
    reports.has(playerId) &&
    (struck.get(playerId) ?? 0) < monsters * law.hitsPerMonster;
  const onRecordAtMs = new Map<string, number>();
  /** The game knows that this player is banned, and what comes now was not sent before it did. */
  const isKnownBanned = (playerId: string): boolean =>
    (onRecordAtMs.get(playerId) ?? Infinity) + underWayMs < elapsedMs() &&
    !faultsSince(context, elapsedMs() - keptMs).some(
      ({ service, kind }) => service === 'rewards' && keeping.has(kind),
    );
  /** What is on its way when somebody is reported counts as before. */
  function strikes({ playerId, action }: Input): void {
    if (toldOfAtMs(playerId) + underWayMs < elapsedMs() || !isHit(action)) return;
    struck.set(playerId, (struck.get(playerId) ?? 0) + 1);
  }
  /** Whoever could not report, or has forgotten that he did, may ask again when he can. */
  function asked(playerId: string): void {
    const beforeMs = askedAtMs.get(playerId);
    askedAtMs.set(playerId, elapsedMs());
    if (beforeMs === undefined || beforeMs + answeringMs <= elapsedMs()) return;
    if (!couldJudge(beforeMs - keptMs)) return;
    totals.needlessReports += 1;
    const seconds = ((elapsedMs() - beforeMs) / 1_000).toFixed(1);
    violate('asked-once', `${playerId} is reported again, ${seconds} s after the last time`);
  }
  const couldJudge = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(({ service }) => judging.has(service));

  return {
    totals,
    actions,
    celebrations,
    timeliness,
    screens,

    entered({ profile, cheat }) {
      const { playerId } = profile;
      names.set(playerId, profile.name);
      if (cheat !== undefined) {
        cheaters.set(playerId, { enteredAtMs: elapsedMs(), kind: cheat.kind });
        totals.cheaters += 1;
        return;
      }
      honest.set(playerId, { state: newcomer(profile), isOnline: true });
      totals.honest += 1;
      if (hasLink(settings)) screens.entered(profile);
    },

    acted({ profile }, input) {
      const player = honest.get(profile.playerId);
      if (player === undefined) return;
      const { after, isCelebrated, earned } = judge(player.state, input);
      if (after.score > player.state.score) {
        timeliness.scored(profile.playerId, after.score, idOf(input));
      }
      player.state = after;
      if (input.action.type === 'leave') player.isOnline = false;
      if (isCelebrated) {
        celebrations.effectDue(idOf(input));
      }
      for (const promised of earned) {
        const id = `${profile.playerId}/${promised.id}`;
        rewards.add(id);
        celebrations.congratulationDue(id);
        timeliness.promised(id, idOf(input));
        totals.rewardsDue += 1;
      }
    },

    arrived(input) {
      const id = idOf(input);
      conduct.arrived(id, input);
      if (!honest.has(input.playerId)) {
        strikes(input);
        return;
      }
      if (hasLink(settings)) screens.arrived(id, input.action);
      if (input.action.type === 'attack') blows.add(id);
      actions.wasDue(elapsedMs());
      arrivedAtMs.set(id, elapsedMs());
      celebrations.deedArrived(id);
      timeliness.arrived(id);
    },

    answered(input) {
      const id = idOf(input);
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
      const id = idOf({ playerId, sequence });
      const wasBlow = blows.delete(id);
      if (outcome === 'refused') {
        conduct.refused(id);
        if (!honest.has(playerId)) return;
        totals.honestRefused += 1;
        violate('honest-state', `action ${sequence} of ${playerId}, who is honest, is refused`);
        return;
      }
      if (hasLink(settings)) screens.applied(id, { playerId, sequence });
      // Over a link that loses packets it may come later; what a screen shows then is judged there.
      else if (wasBlow) acts.push({ playerId, sequence });
      if (isBanned(playerId) && couldJudge(toldOfAtMs(playerId))) {
        totals.appliedOfBanned += 1;
        violate('banned-are-out', `action ${sequence} of ${playerId} is applied after the verdict`);
      }
      const offence = conduct.applied(id, playerId);
      if (offence === undefined) return;
      totals.forbiddenApplied += 1;
      meter.count(measures.forbiddenApplied);
      violate('no-impossible-action', `action ${sequence} of ${playerId} is applied: ${offence}`);
    },

    tickEnded(views) {
      if (hasLink(settings)) screens.tickEnded(views);
      for (const act of acts) {
        for (const [observerId, view] of views) {
          if (observerId === act.playerId || hasSeen(view, act)) continue;
          totals.unseenActs += 1;
          violate(
            'acts-are-seen',
            `${observerId} is not told what ${act.playerId} does before him`,
          );
        }
      }
      acts.length = 0;
      for (const { acts: told } of views.values()) told.clear();
    },

    rewardGranted(id, coins) {
      const { playerId, promise } = promiseOf(id);
      if (promise?.coins !== coins || !isEarned(playerId, id)) {
        totals.wrongRewards += 1;
        violate('rewards-earned', `${id} is granted, worth ${plural(coins, 'coin')}`);
      }
      const isOnHold = promise !== undefined && isEarnedOnHold(playerId, promise.monsters);
      if (isBanned(playerId) || isKnownBanned(playerId) || isOnHold) {
        totals.rewardsOfBanned += 1;
        const why = isOnHold ? 'and was earned after the report' : 'after the verdict';
        violate('nothing-for-cheaters', `${id} is granted ${why}`);
      }
      const times = (grants.get(id) ?? 0) + 1;
      grants.set(id, times);
      if (times === 1) {
        if (rewards.has(id)) totals.rewardsGranted += 1;
        timeliness.granted(id);
        return;
      }
      totals.doubleRewards += 1;
      meter.count(measures.doubleRewards);
      const text = `reward ${id} is granted ${times} times`;
      violate('no-double-reward', text);
      if (totals.doubleRewards > 1) return;
      announce({ name: 'double-reward', severity: 'critical', text: `first of its kind: ${text}` });
    },

    lineWritten: (playerId, score) => timeliness.lineWritten(playerId, score),

    notified(id, text) {
      const { playerId, promise } = promiseOf(id);
      const words = text.toLowerCase();
      const isTrue =
        isEarned(playerId, id) &&
        words.includes((names.get(playerId) ?? '?').toLowerCase()) &&
        words.includes((promise?.title ?? '?').toLowerCase());
      if (!isTrue) {
        totals.falsePushes += 1;
        violate('true-pushes', `${playerId} reads "${text}"`);
      }
      celebrations.congratulated(id, text);
      timeliness.congratulated(id);
    },

    effectPlayed: (id) => celebrations.effectPlayed(id),

    reported(playerId) {
      asked(playerId);
      const cheater = cheaters.get(playerId);
      const isCheater = cheater !== undefined;
      if (reports.has(playerId)) return { isCheater };
      reports.set(playerId, elapsedMs());
      if (cheater === undefined) {
        totals.falsePositives += 1;
      } else {
        totals.cheatersCaught += 1;
        meter.record(measures.timeToCatch, elapsedMs() - cheater.enteredAtMs);
      }
      return { isCheater };
    },

    examined(isJudged) {
      const caught = [...cheaters]
        .filter(([, { enteredAtMs }]) => isJudged(enteredAtMs))
        .map(([playerId, { kind }]) => ({ kind, isAlarm: reports.has(playerId) }));
      const accused = [...honest.keys()].map((playerId) => {
        const atMs = reports.get(playerId);
        return { kind: undefined, isAlarm: atMs !== undefined && isJudged(atMs) };
      });
      return [...caught, ...accused].map((each) => ({ ...each, score: each.isAlarm ? 1 : 0 }));
    },

    putOnRecord(playerId) {
      if (!onRecordAtMs.has(playerId)) onRecordAtMs.set(playerId, elapsedMs());
    },
    isCheater: (playerId) => cheaters.has(playerId),
    honest: () => honest,
    lostRewards: () => [...rewards].filter((id) => !grants.has(id)),
    lostSilently() {
      const { notifications, effects } = celebrations.missing();
      return [...notifications, ...effects].filter((id) => !saidShed.has(id));
    },
  };
}
