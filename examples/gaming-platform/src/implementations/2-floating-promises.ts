import { hasEffect } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createAfterthought } from './afterthought.ts';
import type { Change } from './arena.ts';
import { createPlainShard } from './plain-shard.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 2. Flaw: the calls are started and forgotten. Nobody hears of one that fails, each rejection
 * would end the process, and what was safe one after the other overtakes itself: scores that are read
 * and written back, rows that are saved.
 */
export const createFloatingPromises: CreateSystem = (context, services) => {
  const effects = createSideEffects(services);
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

  const shard = createPlainShard(context, services, {
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
