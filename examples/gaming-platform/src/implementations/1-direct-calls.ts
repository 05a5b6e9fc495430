import type { Implementation } from '@firedrill/core/scenario';
import { hasEffect } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Game } from '../types.ts';
import { createAfterthought } from './early/afterthought.ts';
import type { Change } from './shard/arena.ts';
import { createPlainShard } from './early/plain-shard.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * Week 1. Flaw: everything that follows an action is awaited inside the tick, one call after the
 * other; the slowest provider decides when the game goes on for everybody.
 */
const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);

  /** An effect that fails is logged, and the tick goes on: there is no time for more in week 1. */
  async function logged<T>(effect: () => Promise<T>): Promise<T | undefined> {
    try {
      return await effect();
    } catch (error) {
      context.telemetry.failed(error);
      return undefined;
    }
  }

  async function celebrate(change: Change): Promise<void> {
    const { profile, before, after } = change;
    await logged(() => effects.playEffect(change));
    if (after.defeats === before.defeats) return;
    await logged(() => effects.raiseScore(change));
    const unlocked = await logged(() => effects.findUnlocked(change));
    for (const achievement of unlocked ?? []) {
      await logged(() => effects.grantReward(profile, achievement));
      await logged(async () => effects.notify(profile, achievement));
    }
  }

  const shard = createPlainShard(context, {
    followUp(change) {
      const { input, before, after } = change;
      const suspicion = suspicionOf(change);
      if (suspicion !== undefined) return logged(() => effects.report(suspicion));
      if (!hasEffect(input, before, after)) return undefined;
      return celebrate(change);
    },
    save: (rows) => logged(() => effects.saveRows(rows)),
  });

  return shard;
};

export const directCalls: Implementation<Game> = {
  name: 'direct-calls',
  week: 1,
  flaw: 'everything that follows an action is awaited inside the tick, for all players',
  breaks: [
    'no-lost-reward',
    'rewards-soon',
    'no-stale-push',
    'no-stale-effect',
    'nothing-for-cheaters',
    'banned-are-out',
    'leaderboard-exact',
    'leaderboard-soon',
    'only-optional-shed',
    'no-impossible-action',
    'far-is-unseen',
    'actions-count',
    'tick-p99',
    'cheaters-caught',
    'honest-left-alone',
  ],
  create,
};
