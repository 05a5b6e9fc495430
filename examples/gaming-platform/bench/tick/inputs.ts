import { createRandom } from '@firedrill/core/simulation';
import type { ReceivedInput } from '../../src/domain.ts';
import type { Settings } from '../../src/settings.ts';
import { createPlayer, drawAction, drawPauseMs, type Player } from '../../src/world/players.ts';

/** Players, and what they do by the clock of their game: the same with each run. */
export interface Inputs {
  readonly players: readonly Player[];
  /** What is done in the next tick. */
  next(): readonly ReceivedInput[];
}

export function drawPlayers(count: number, settings: Settings): readonly Player[] {
  const random = createRandom(1, 'players');
  return Array.from({ length: count }, (_, index) =>
    createPlayer(index + 1, random.fork(String(index + 1)), settings),
  );
}

export function createInputs(count: number, settings: Settings): Inputs {
  const players = drawPlayers(count, settings);
  const dueMs = players.map(drawPauseMs);
  let nowMs = 0;

  return {
    players,
    next() {
      nowMs += settings.tickMs;
      const made: ReceivedInput[] = [];
      for (const [index, player] of players.entries()) {
        for (let atMs = dueMs[index] ?? 0; atMs <= nowMs; atMs = dueMs[index] ?? Infinity) {
          player.sequence += 1;
          const { playerId } = player.profile;
          const { sequence } = player;
          const action = drawAction(player);
          made.push({ playerId, sequence, madeAtMs: atMs, action, receivedAtMs: nowMs });
          dueMs[index] = atMs + drawPauseMs(player);
        }
      }
      return made;
    },
  };
}
