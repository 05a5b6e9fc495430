/**
 * One match as a state machine: players on a line who move, shoot and collect. What an action does depends on what
 * came before it in the log and on nothing else, so that the log makes the same match again.
 */

export interface Action {
  /** Of the request: the same when it is sent again. */
  readonly id: string;
  readonly match: string;
  readonly player: string;
  /** Counts up in each player of a match. */
  readonly number: number;
  readonly what: 'move' | 'shoot' | 'collect' | 'finish';
  /** By the clock of the player, ms since the match began. */
  readonly atMs: number;
  /** Where the player is, or moves to. */
  readonly x: number;
  /** Who is shot at, or which coin is collected. */
  readonly target: string;
}

export interface PlayerState {
  readonly x: number;
  readonly atMs: number;
  readonly number: number;
  readonly points: number;
}

export interface MatchState {
  readonly players: Readonly<Record<string, PlayerState>>;
  /** Coins that are gone. */
  readonly taken: readonly string[];
  readonly isOver: boolean;
}

export const pointsFor = { hit: 10, coin: 5 } as const;
/** Units a second that anybody can run. */
export const maxSpeed = 20;
export const maxRange = 40;
/** No hand is quicker, ms. */
export const leastPauseMs = 200;

export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'scored'; readonly what: 'hit' | 'coin' }
  /** In vain, as happens to everybody: out of range, or the coin is gone. */
  | { readonly kind: 'missed' }
  /** It was there before, or the match is over. */
  | { readonly kind: 'ignored' }
  /** What the player says of itself cannot be. */
  | { readonly kind: 'cheated'; readonly why: 'too-fast' | 'too-soon' }
  | { readonly kind: 'over' };

export const newMatch: MatchState = { players: {}, taken: [], isOver: false };

/** What an action does. The state is the same object where nothing changes. */
export function applied(
  state: MatchState,
  action: Action,
): { state: MatchState; verdict: Verdict } {
  const { player, number, what, atMs, x, target } = action;
  if (state.isOver) return { state, verdict: { kind: 'ignored' } };
  if (what === 'finish') return { state: { ...state, isOver: true }, verdict: { kind: 'over' } };
  const before = state.players[player];
  if (before !== undefined && number <= before.number)
    return { state, verdict: { kind: 'ignored' } };

  const why = before && impossible(before, action);
  if (why !== undefined && before !== undefined) {
    // The player stays where it was; its number is used up, and its clock is not believed.
    return {
      state: withPlayer(state, player, { ...before, number }),
      verdict: { kind: 'cheated', why },
    };
  }
  const points = before?.points ?? 0;
  const moved = withPlayer(state, player, { x, atMs, number, points });
  if (what === 'move') return { state: moved, verdict: { kind: 'done' } };
  const scored = what === 'shoot' ? hits(state, x, target) : !state.taken.includes(target);
  if (!scored) return { state: moved, verdict: { kind: 'missed' } };
  const kind = what === 'shoot' ? 'hit' : 'coin';
  const next = withPlayer(moved, player, { x, atMs, number, points: points + pointsFor[kind] });
  const taken = kind === 'coin' ? [...next.taken, target] : next.taken;
  return { state: { ...next, taken }, verdict: { kind: 'scored', what: kind } };
}

/** The state after a log. */
export const replayed = (log: readonly Action[]): MatchState =>
  log.reduce((state, action) => applied(state, action).state, newMatch);

export const scoresOf = ({ players }: MatchState): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(players).map(([name, { points }]) => [name, points]));

function impossible(before: PlayerState, { atMs, x }: Action): 'too-fast' | 'too-soon' | undefined {
  const passedMs = atMs - before.atMs;
  if (passedMs < leastPauseMs) return 'too-soon';
  return Math.abs(x - before.x) * 1_000 > maxSpeed * passedMs ? 'too-fast' : undefined;
}

function hits({ players }: MatchState, x: number, target: string): boolean {
  const other = players[target];
  return other !== undefined && Math.abs(other.x - x) <= maxRange;
}

const withPlayer = (state: MatchState, name: string, player: PlayerState): MatchState => ({
  ...state,
  players: { ...state.players, [name]: player },
});
