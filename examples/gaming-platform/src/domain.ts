import { z } from 'zod';

/**
 * Types, schemas and pure rules of the game. Distances are in metres, time in virtual milliseconds.
 *
 * Monsters are not simulated: an attack says how far away its monster stood and how far the aim was
 * off. The rest is decided by the server from these rules, so that the same actions in the same order
 * always give the same state.
 */

/** The map is a square with this side; the arena of the event is a disc in its middle. */
export const mapSizeM = 2_000;
export const arenaRadiusM = 400;

/** The longest step that one action can take, and the fastest that anybody runs in the long run. */
export const maxStepM = 6;
export const maxSpeedMPerS = 6;

/** The farthest that a blow reaches. */
export const maxReachM = 8;

/** Blows a second that a weapon allows in the long run. */
export const maxAttacksPerSecond = 1;

/** An aim that is off by no more than this hits. */
const aimToleranceDeg = 0.8;

/** Hits that defeat a monster, and what that is worth on the leaderboard. */
export const hitsPerDefeat = 5;
const pointsPerDefeat = 10;

export type Action =
  | { readonly type: 'move'; readonly dx: number; readonly dy: number }
  | { readonly type: 'attack'; readonly distanceM: number; readonly aimErrorDeg: number }
  | { readonly type: 'emote'; readonly emote: string }
  /** The last input of every session. */
  | { readonly type: 'leave' };

/** What a client sends: one action of one player. */
export interface Input {
  readonly playerId: string;
  /** Counts the player's inputs from 1. */
  readonly sequence: number;
  /** By the client's own clock; a cheater can write anything here. */
  readonly madeAtMs: number;
  readonly action: Action;
}

/** An input as the gate hands it on. */
export interface ReceivedInput extends Input {
  /** When it reached the gate, by the gate's clock, in ms since the start. */
  readonly receivedAtMs: number;
}

/** Who a player is, as the game learns it at the login. */
export interface Profile {
  readonly playerId: string;
  readonly name: string;
  readonly spawn: Position;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** The state of one player: what the game is there to keep. */
export interface PlayerState extends Position {
  readonly playerId: string;
  /** Sequence number of the last input that is part of this state. */
  readonly sequence: number;
  readonly hits: number;
  readonly defeats: number;
  readonly score: number;
}

export const newcomer = ({ playerId, spawn }: Profile): PlayerState => ({
  playerId,
  x: spawn.x,
  y: spawn.y,
  sequence: 0,
  hits: 0,
  defeats: 0,
  score: 0,
});

/** The state after an input. Asks nothing: whether the action is allowed is decided before. */
export function evolve(state: PlayerState, { sequence, action }: Input): PlayerState {
  if (action.type === 'move') {
    return { ...state, sequence, x: state.x + action.dx, y: state.y + action.dy };
  }
  if (action.type !== 'attack' || Math.abs(action.aimErrorDeg) > aimToleranceDeg) {
    return { ...state, sequence };
  }
  const hits = state.hits + 1;
  const defeats = Math.floor(hits / hitsPerDefeat);
  return { ...state, sequence, hits, defeats, score: defeats * pointsPerDefeat };
}

/** Whether the rules of the game allow an action at all: no step and no blow is longer than can be. */
export function isPossible(action: Action): boolean {
  if (action.type === 'move') return stepLengthM(action) <= maxStepM;
  return action.type !== 'attack' || action.distanceM <= maxReachM;
}

export const stepLengthM = ({ dx, dy }: { readonly dx: number; readonly dy: number }): number =>
  Math.sqrt(dx * dx + dy * dy);

/** Something that a player gets for the so-manieth monster. */
export interface Achievement {
  readonly id: string;
  readonly title: string;
  readonly defeats: number;
  readonly coins: number;
}

export const achievements: readonly Achievement[] = [
  { id: 'hunter', title: 'Hunter', defeats: 1, coins: 50 },
  { id: 'slayer', title: 'Slayer', defeats: 3, coins: 120 },
  { id: 'legend', title: 'Legend', defeats: 6, coins: 300 },
];

/** The achievements that a player reached on the way from one number of defeats to another. */
export function achievementsBetween(before: number, after: number): readonly Achievement[] {
  if (after === before) return none;
  return achievements.filter(({ defeats }) => before < defeats && defeats <= after);
}

const none: readonly Achievement[] = [];

/** One reward for one player: the pair is what makes a grant unique. */
export const rewardId = (playerId: string, { id }: Pick<Achievement, 'id'>): string =>
  `${playerId}/${id}`;

/** The effect that everybody near sees after an emote or a defeat. */
export const effectId = ({ playerId, sequence }: Pick<Input, 'playerId' | 'sequence'>): string =>
  `${playerId}#${sequence}`;

/** Whether an input that led from one state to another is celebrated with an effect. */
export const hasEffect = ({ action }: Input, before: PlayerState, after: PlayerState): boolean =>
  action.type === 'emote' || after.defeats > before.defeats;

/** What the phone of a player shows. */
export const congratulate = ({ name }: Profile, { title }: Achievement): string =>
  `${name.toUpperCase()}, you are a ${title} now!`;

/** One line of the leaderboard. A line with a higher version is newer. */
export const scoreSchema = z.object({
  playerId: z.string(),
  score: z.int(),
  version: z.int(),
});
export type Score = z.infer<typeof scoreSchema>;

/** A player whom the anti-cheat found suspicious, with what speaks against him. */
export const suspicionSchema = z.object({
  playerId: z.string(),
  evidence: z.string(),
});
export type Suspicion = z.infer<typeof suspicionSchema>;

/** A case of the moderators, as the shard keeps it: open until there is a verdict. */
export const caseSchema = z.object({
  ...suspicionSchema.shape,
  standing: z.enum(['open', 'cleared', 'banned']),
});
export type Case = z.infer<typeof caseSchema>;

/** What the moderators found. */
export interface Verdict {
  readonly playerId: string;
  readonly isCheater: boolean;
}

/** What a client is told of the players round it. */
export type Update =
  | { readonly kind: 'full'; readonly state: PlayerState }
  | { readonly kind: 'moved'; readonly playerId: string; readonly x: number; readonly y: number }
  | { readonly kind: 'acted'; readonly playerId: string }
  | { readonly kind: 'left'; readonly playerId: string };

/** Sizes on the wire: a full state is text with all fields, a delta is packed. */
export const updateBytes: Readonly<Record<Update['kind'], number>> = {
  full: 180,
  moved: 14,
  acted: 8,
  left: 6,
};
export const acknowledgementBytes = 5;
export const messageHeaderBytes = 12;

/** From the vital to the optional. State, anti-cheat, rewards and leaderboard may never be shed. */
export const lanes = [
  'state',
  'anti-cheat',
  'rewards',
  'leaderboard',
  'notifications',
  'cosmetics',
] as const;
export type Lane = (typeof lanes)[number];

/** Longest 99th percentile of a tick, from the moment at which it is due to the end of its work. */
export const tickBudgetMs = 10;
