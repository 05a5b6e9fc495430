import type { Implementation } from '@firedrill/core/scenario';
import { hasEffect } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Game } from '../types.ts';
import { createAfterthought } from './early/afterthought.ts';
import type { Change } from './shard/arena.ts';
import { createPlainShard } from './early/plain-shard.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * Week 2. Flaw: the calls are started and forgotten. Nobody hears of one that fails, each rejection
 * would end the process, and what was safe one after the other overtakes itself: scores that are read
 * and written back, rows that are saved.
 */
const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);

  async function afterAction(change: Change): Promise<void> {
    const { input, before, after, profile } = change;
    const suspicion = suspicionOf(change);
    if (suspicion !== undefined) void effects.report(suspicion);
    if (hasEffect(input, before, after)) void effects.playEffect(change);
    if (after.defeats === before.defeats) return;
    void effects.raiseScore(change);
    for (const achievement of await effects.findUnlocked(change)) {
      void effects.grantReward(profile, achievement);
      void effects.notify(profile, achievement);
    }
  }

  const shard = createPlainShard(context, {
    followUp(change) {
      void afterAction(change);
      return undefined;
    },
    save(rows) {
      void effects.saveRows(rows);
      return undefined;
    },
  });

  return shard;
};

export const floatingPromises: Implementation<Game> = {
  name: 'floating-promises',
  week: 2,
  flaw: 'calls are started and forgotten: unheard, overtaking each other, and each rejection ends the process',
  breaks: [
    'honest-state',
    'no-lost-reward',
    'nothing-for-cheaters',
    'banned-are-out',
    'leaderboard-exact',
    'leaderboard-soon',
    'only-optional-shed',
    'no-impossible-action',
    'far-is-unseen',
    'no-unhandled-rejection',
    'tick-p99',
    'cheaters-caught',
    'honest-left-alone',
  ],
  create,
};
