import type { Planted } from '@firedrill/core/scenario/contract';
import { hardened } from '../../src/implementations/5-hardened.ts';
import { createGame, hardenedParts, type Parts } from '../../src/implementations/hardened/game.ts';
import type { Context, Outside } from '../../src/system.ts';
import type { Game } from '../../src/types.ts';

export type Bug = Planted<Game>;

export type Told = Omit<Bug, 'week' | 'create'>;

/** Planted systems come after every week in a table. */
export const week = 80;

export const second = 1_000;

/** The hardened shard on a world that is wired a little wrong. */
export const wired = (
  told: Told,
  change: (outside: Outside, context: Context) => Partial<Outside>,
): Bug => ({
  ...told,
  week,
  create: (context) =>
    hardened.create({
      ...context,
      outside: { ...context.outside, ...change(context.outside, context) },
    }),
});

type Connection = ReturnType<Outside['gate']['connect']>;

/** The hardened shard with other ways to its players. */
export const connected = (
  told: Told,
  change: (connection: Connection) => Connection['tell'],
): Bug =>
  wired(told, ({ gate }) => ({
    gate: { ...gate, connect: (playerId) => ({ tell: change(gate.connect(playerId)) }) },
  }));

/** The hardened shard with some parts made otherwise. */
export const rebuilt = (told: Told, parts: Partial<Parts>): Bug => ({
  ...told,
  week,
  create: (context) => createGame(context, { ...hardenedParts, ...parts }),
});
