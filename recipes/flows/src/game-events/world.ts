import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { Action } from './match.ts';
import type { Ledger } from './services.ts';

export interface GameTruth extends Ledger {
  /** Actions that were taken in, by id. */
  readonly acknowledged: Map<string, Action>;
  /** Matches whose end was taken in, and when, ms since the run began. */
  readonly ended: Map<string, number>;
  /** Impossible actions that were taken in, by player. */
  readonly cheats: Map<string, number>;
}

export const playerCount = 60;
const isCheater = (index: number): boolean => index % 10 === 0;
const matchMs = 20_000;

/** Three play for twenty seconds, on clients that send again what was not acknowledged, and some of it twice. */
export async function playMatch(
  match: string,
  act: (action: Action) => Promise<void>,
  {
    truth,
    draw,
    elapsedMs,
  }: { readonly truth: GameTruth; readonly draw: Random; readonly elapsedMs: () => number },
): Promise<void> {
  const indexes = draw
    .shuffle(Array.from({ length: playerCount }, (_, index) => index))
    .slice(0, 3);
  const seen = new Map<string, number>();
  const names = indexes.map((index) => `player-${index}`);
  for (const name of names) seen.set(name, draw.integer(0, 60));

  async function send(action: Action): Promise<boolean> {
    for (let attempt = 1; attempt <= 150; attempt += 1) {
      if ((await settle(act(action))).kind === 'success') {
        truth.acknowledged.set(action.id, action);
        return true;
      }
      await sleep(2_000);
    }
    return false;
  }

  async function play(index: number, player: string): Promise<void> {
    const own = draw.fork(player);
    let x = seen.get(player) ?? 0;
    for (let atMs = 0, number = 1; atMs < matchMs; number += 1) {
      const pauseMs = own.integer(500, 1_400);
      await sleep(pauseMs);
      const cheats = isCheater(index) && number > 1 && own.chance(0.3);
      const isJump = cheats && own.chance(0.5);
      const nextX = x + (isJump ? 500 : own.integer(-9, 9));
      const nextMs = atMs + (cheats && !isJump ? 50 : pauseMs);
      const what = own.pick(['move', 'shoot', 'shoot', 'collect'] as const);
      const other = own.pick(names.filter((name) => name !== player));
      const id = `${match}/${player}/${number}`;
      const target =
        what === 'shoot' ? other : what === 'collect' ? `coin-${own.integer(1, 12)}` : '';
      const action: Action = { id, match, player, number, what, atMs: nextMs, x: nextX, target };
      if (!(await send(action))) return;
      if (cheats) truth.cheats.set(player, (truth.cheats.get(player) ?? 0) + 1);
      else x = nextX;
      if (!cheats) seen.set(player, x);
      // A button that is pressed twice, and a client that has lost its mind about ids.
      if (own.chance(0.1)) await send(action);
      if (own.chance(0.05)) await send({ ...action, id: `${id}/again` });
      atMs = cheats ? atMs : nextMs;
    }
  }

  await Promise.all(indexes.map((index) => play(index, `player-${index}`)));
  const finish = { what: 'finish', number: 1, atMs: matchMs, x: 0, target: '' } as const;
  if (await send({ id: `${match}/finish`, match, player: 'host', ...finish })) {
    truth.ended.set(match, elapsedMs());
  }
}
