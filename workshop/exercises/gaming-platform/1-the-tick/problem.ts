import {
  achievementsBetween,
  type Change,
  createAfterthought,
  createPlainShard,
  createSideEffects,
  type CreateSystem,
  hasEffect,
} from '#gaming-platform';

/**
 * Week 1: twenty times a second a tick applies what all players did, and awaits what follows from each
 * of it. One congratulation takes seconds. Who moves meanwhile?
 */
export const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);

  async function logged(effect: () => Promise<unknown>): Promise<void> {
    try {
      await effect();
    } catch (error) {
      context.telemetry.failed(error);
    }
  }

  async function follow(change: Change): Promise<void> {
    const { input, before, after, profile } = change;
    const suspicion = suspicionOf(change);
    if (suspicion !== undefined) await logged(() => effects.report(suspicion));
    if (hasEffect(input, before, after)) await logged(() => effects.playEffect(change));
    if (after.defeats > before.defeats) await logged(() => effects.addPoints(change));
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      await logged(() => effects.grantReward(profile, achievement));
      await logged(() => effects.notify(profile, achievement));
    }
  }

  return createPlainShard(context, {
    // The tick waits for what this gives back.
    followUp: follow,
    save: (rows) => logged(() => effects.saveRows(rows)),
  });
};
