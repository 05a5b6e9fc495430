import type { Action, Input, PlayerState } from '../domain.ts';

/**
 * The rules of the game, as they are promised to the players: stated a second time, and simpler, so that
 * an error in the code of the shard is none of the judge's.
 */
export const law = {
  longestStepM: 6,
  farthestBlowM: 8,
  /** In the long run, by the times at which the inputs arrive. */
  metresPerSecond: 6,
  blowsPerSecond: 1,
  /** So long a phone may be silent, and send at once what was done meanwhile. */
  silenceS: 15,
  /** An aim that is off by no more hits. */
  aimDeg: 0.8,
  hitsPerMonster: 5,
  pointsPerMonster: 10,
  /** In a crowd, the bytes of a packet with the header of IP and UDP, and of that header. */
  packetBytes: 60,
  headerBytes: 28,
  /** In a crowd, the packets that may come to a screen while one and the same neighbour on it is stale. */
  longestWait: 200,
  /** So long the place in line of somebody of whom nothing is heard is kept, in ms. */
  graceMs: 90_000,
  /** Who came within this time of each other came together, in ms. */
  togetherMs: 5_000,
  /** So much earlier another may get in, as nobody asks all the time, in ms. */
  passedMs: 25_000,
  /** The rate of logins is that within this time, in ms, and so many seconds of the usual rate may come besides. */
  loginWindowMs: 20_000,
  loginSlackS: 3,
} as const;

/** What a player gets for the so-manieth monster. */
export interface Promised {
  readonly id: string;
  readonly title: string;
  readonly monsters: number;
  readonly coins: number;
}

const promises: readonly Promised[] = [
  { id: 'hunter', title: 'Hunter', monsters: 1, coins: 50 },
  { id: 'slayer', title: 'Slayer', monsters: 3, coins: 120 },
  { id: 'legend', title: 'Legend', monsters: 6, coins: 300 },
];

/** The promise that a reward or a congratulation is about, with the player to whom it goes. */
export function promiseOf(id: string): { readonly playerId: string; readonly promise?: Promised } {
  const [playerId = '', achievementId] = id.split('/');
  const promise = promises.find((each) => each.id === achievementId);
  return promise === undefined ? { playerId } : { playerId, promise };
}

export const lengthM = ({ dx, dy }: { readonly dx: number; readonly dy: number }): number =>
  Math.hypot(dx, dy);

/** What is wrong with an action taken by itself; undefined when it may be. */
export function offenceOf(action: Action): string | undefined {
  if (action.type === 'move' && lengthM(action) > law.longestStepM) {
    return `move of ${lengthM(action).toFixed(0)} m`;
  }
  if (action.type === 'attack' && action.distanceM > law.farthestBlowM) {
    return `attack over ${action.distanceM.toFixed(0)} m`;
  }
  return undefined;
}

/** Whether a blow meets its monster. */
export const isHit = (action: Action): boolean =>
  action.type === 'attack' && Math.abs(action.aimErrorDeg) <= law.aimDeg;

/** What a player has come to by an input, and what it has earned him. */
export function judge(
  before: PlayerState,
  { sequence, action }: Input,
): {
  readonly after: PlayerState;
  readonly isCelebrated: boolean;
  readonly earned: readonly Promised[];
} {
  const after = { ...before, sequence };
  if (action.type === 'move') {
    after.x += action.dx;
    after.y += action.dy;
  }
  if (isHit(action)) {
    after.hits += 1;
    if (after.hits % law.hitsPerMonster === 0) {
      after.defeats += 1;
      after.score += law.pointsPerMonster;
    }
  }
  const hasWon = after.defeats > before.defeats;
  return {
    after,
    isCelebrated: hasWon || action.type === 'emote',
    earned: hasWon ? promises.filter(({ monsters }) => monsters === after.defeats) : none,
  };
}

const none: readonly Promised[] = [];
