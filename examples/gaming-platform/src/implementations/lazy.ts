import { lazySystems, type SystemContext } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { hardened } from './5-hardened.ts';

/** Longer than any player waits to get in. */
const tooLateMs = 90_000;

/** Keeps the gate shut: at maintenance the players stop. */
const shut = async ({ outside }: SystemContext<Game>): Promise<void> => outside.gate.close();

/** Systems that do as little as they can get away with. */
export const lazy = lazySystems<Game>({
  repaired: hardened,
  refuse: (context) => ({
    join: async () => {
      throw new Error('the shard is full');
    },
    close: () => shut(context),
  }),
  sayYes: (context) => ({ join: async () => {}, close: () => shut(context) }),
  tooLateMs,
  breaks: {
    'refuses-everybody': [
      'actions-count',
      'players-let-in',
      'pushes-arrive',
      'effects-arrive',
      'tick-p99',
      'cheaters-caught',
      'honest-left-alone',
    ],
    'says-yes': [
      'honest-state',
      'only-optional-shed',
      'near-is-seen',
      'actions-count',
      'pushes-arrive',
      'effects-arrive',
      'tick-p99',
      'cheaters-caught',
    ],
    'first-hundred': ['players-let-in'],
    'too-late': [
      'actions-count',
      'players-let-in',
      'pushes-arrive',
      'effects-arrive',
      'cheaters-caught',
      'honest-left-alone',
    ],
    'drops-every-tenth': [
      'honest-state',
      'no-lost-reward',
      'leaderboard-exact',
      'only-optional-shed',
      'near-is-seen',
      'actions-count',
    ],
  },
});
