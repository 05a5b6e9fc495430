import type { Implementation } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { createGame, hardenedParts } from './hardened/game.ts';

export const hardened: Implementation<Game> = {
  name: 'hardened',
  week: 5,
  flaw: 'none known: lanes, shedding that is accounted for, interest management, anti-cheat first',
  role: 'repaired',
  breaks: [],
  create: (context) => createGame(context, hardenedParts),
};
