import { hasEffect } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createAfterthought } from './afterthought.ts';
import type { Change } from './arena.ts';
import { createPlainShard } from './plain-shard.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 1. Flaw: everything that follows an action is awaited inside the tick, one call after the
 * other; the slowest provider decides when the game goes on for everybody.
 */
export const createDirectCalls: CreateSystem = (context, services) => {
  const effects = createSideEffects(services);
  const suspicionOf = createAfterthought(context);

  /** An effect that fails is logged, and the tick goes on: there is no time for more in week 1. */
  async function logged<T>(effect: () => Promise<T>): Promise<T | undefined> {
    try {
      return await effect();
    } catch {
      context.meter.count('effectErrors');
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

  const shard = createPlainShard(context, services, {
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
