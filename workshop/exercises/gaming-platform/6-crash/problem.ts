import {
  createGame,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type PlayerState,
} from '#gaming-platform';

/**
 * When is a state stored? As soon as there is one. The shard crashes in the event: it comes back with
 * the rows that are stored, and the gate hands out again the inputs that came after them. A reward that
 * was on its way is in neither.
 *
 * `begin` is called with each new state. `follow` says that something follows from it (a reward, a
 * line of the leaderboard, a congratulation), and gives back what is called when that is done. `done`
 * says that all that follows is known. `settled(state)` stores a state, and lets the gate forget the
 * inputs that led to it.
 */
const createSettling: Parts['createSettling'] = (settled) => ({
  begin(state: PlayerState) {
    settled(state);
    return { follow: () => () => undefined, done: () => undefined };
  },
  size: 0,
});

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createSettling });
