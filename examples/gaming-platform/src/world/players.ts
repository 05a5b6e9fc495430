import type { Random } from '@firedrill/core/simulation';
import { type Action, arenaRadiusM, mapSizeM, type Position, type Profile } from '../domain.ts';
import { type Cheat, drawCheat } from './cheaters.ts';
import { eventPlayers, type Settings } from '../settings.ts';

/** A person with a phone: what the game knows of him, and what it does not. */
export interface Player {
  readonly profile: Profile;
  /** How he cheats; honest players do not. */
  readonly cheat: Cheat | undefined;
  /** His own stream of draws: what happens to others changes nothing for him. */
  readonly random: Random;
  readonly habits: Habits;
  /** Time between two of his actions. */
  readonly pauseMs: { readonly p50: number; readonly p99: number };
  /** Where he believes to be, and where he walks to. */
  position: Position;
  goal: Position;
  /** Sequence number of his last input. */
  sequence: number;
}

/** How somebody plays. */
export interface Habits {
  readonly actionsPerSecond: number;
  /** Standard deviation over mean of the time between two actions. */
  readonly unevenness: number;
  /** Standard deviation of the aim; the best honest players are about at 0.3. */
  readonly aimSigmaDeg: number;
  readonly attackShare: number;
  readonly home: Position & { readonly radiusM: number };
  /** One way from the phone to the game. */
  readonly networkMs: number;
  /** Plays on a train: now and then nothing gets through for seconds, then all of it at once. */
  readonly hasTunnels: boolean;
}

const tunnelShare = 0.05;
/** Share of the players who are drawn to the arena. */
export const arenaShare = 0.5;
/** What honest players do; the rest of their actions are steps. */
export const attackShare = 0.25;
export const emoteShare = 0.02;
const stepM = { shortest: 2, longest: 5 };
export const meanStepM = (stepM.shortest + stepM.longest) / 2;

/** Draws the player with this number. */
export function createPlayer(number: number, random: Random, settings: Settings): Player {
  const playerId = `player-${number}`;
  const home = settings.crowd ? crowdedHome(settings) : drawHome(random);
  const spawn = within(home, random);
  const habits: Habits = {
    actionsPerSecond: settings.actionsPerSecond,
    unevenness: random.logNormal({ p50: 0.6, p99: 1.1 }),
    // Skill is log-normal: one in a hundred aims 2.6 times as well as most.
    aimSigmaDeg: 1 / random.logNormal({ p50: 1, p99: 2.6 }),
    attackShare,
    home,
    networkMs: 15 + random.exponential(25),
    hasTunnels: random.chance(tunnelShare),
  };
  const cheat = random.chance(settings.cheaterShare) ? drawCheat(random, habits) : undefined;
  const effective = cheat?.habits ?? habits;
  return {
    profile: { playerId, spawn, name: `Player ${number}` },
    cheat,
    random,
    habits: effective,
    pauseMs: pauses(effective),
    position: spawn,
    goal: spawn,
    sequence: 0,
  };
}

function drawHome(random: Random): Habits['home'] {
  const middle = mapSizeM / 2;
  if (random.chance(arenaShare)) return { x: middle, y: middle, radiusM: arenaRadiusM };
  const radiusM = 100;
  const coordinate = (): number => radiusM + random.next() * (mapSizeM - 2 * radiusM);
  return { x: coordinate(), y: coordinate(), radiusM };
}

/** In a crowd, so many are in sight of whoever stands in the middle, at the height of the event. */
const inSight = 60;

/** A disc in which so many are that so many are in sight. */
function crowdedHome(settings: Settings): Habits['home'] {
  const middle = mapSizeM / 2;
  const radiusM = settings.interestM * Math.sqrt(Math.max(1, eventPlayers(settings) / inSight));
  return { x: middle, y: middle, radiusM };
}

/** A point in the disc, each as likely as the other; drawn by rejection. */
function within({ x, y, radiusM }: Habits['home'], random: Random): Position {
  for (;;) {
    const dx = (2 * random.next() - 1) * radiusM;
    const dy = (2 * random.next() - 1) * radiusM;
    if (dx * dx + dy * dy <= radiusM * radiusM) return { x: x + dx, y: y + dy };
  }
}

/**
 * Pauses are log-normal. With mean m and variation c, sigma^2 = ln(1 + c^2), the median is
 * m / sqrt(1 + c^2) and the 99th percentile median x exp(2.326 sigma).
 */
function pauses({ actionsPerSecond, unevenness }: Habits): Player['pauseMs'] {
  const spread = 1 + unevenness ** 2;
  const p50 = 1_000 / actionsPerSecond / Math.sqrt(spread);
  return { p50, p99: p50 * Math.exp(2.326 * Math.sqrt(Math.log(spread))) };
}

/** Time until the next action. */
export const drawPauseMs = ({ pauseMs, random }: Player): number => random.logNormal(pauseMs);

/** What he does next. */
export function drawAction(player: Player): Action {
  const { habits, cheat, random } = player;
  const kind = random.next();
  if (kind < emoteShare) return { type: 'emote', emote: 'wave' };
  if (kind < emoteShare + habits.attackShare) {
    const honest = {
      type: 'attack',
      distanceM: 1 + 6 * random.next(),
      aimErrorDeg: habits.aimSigmaDeg * random.normal(),
    } as const;
    return cheat?.attack?.(honest, random) ?? honest;
  }
  const lengthM =
    cheat?.stepM?.(random) ?? stepM.shortest + (stepM.longest - stepM.shortest) * random.next();
  return walk(player, lengthM);
}

/** A step towards the goal; at the goal, a new one is chosen. */
function walk(player: Player, lengthM: number): Action {
  const { habits, random, position } = player;
  let leftM = distanceM(position, player.goal);
  while (leftM < 1) {
    player.goal = within(habits.home, random);
    leftM = distanceM(position, player.goal);
  }
  const part = Math.min(1, lengthM / leftM);
  const dx = (player.goal.x - position.x) * part;
  const dy = (player.goal.y - position.y) * part;
  player.position = { x: position.x + dx, y: position.y + dy };
  return { type: 'move', dx, dy };
}

export function distanceM(a: Position, b: Position): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}
