import { EventEmitter } from 'node:events';
import { type Achievement, achievementsBetween, hasEffect, type Profile } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createAfterthought } from './afterthought.ts';
import type { Change } from './arena.ts';
import { createPlainShard } from './plain-shard.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 3. Flaw: a listener that throws ends the tick that emitted, and the inputs behind it are lost;
 * errors go to a callback that nobody reads, what failed is repeated at once without asking whether it
 * had been done, and the listener that each player gets at the login is never removed.
 */
export const createEventEmitter: CreateSystem = (context, services) => {
  const effects = createSideEffects(services);
  const suspicionOf = createAfterthought(context);
  const { meter } = context;
  const events = new EventEmitter<Record<'acted' | 'defeated', [Change]>>();
  const unlocks = new EventEmitter<Record<string, [Profile, Achievement]>>();
  unlocks.setMaxListeners(0);

  const done = (error?: unknown): void => {
    if (error !== undefined) meter.count('effectErrors');
  };

  function again(call: () => Promise<unknown>, triesLeft = 2): void {
    call().then(
      () => done(),
      (error: unknown) => {
        done(error);
        if (triesLeft > 0) again(call, triesLeft - 1);
      },
    );
  }

  events.on('acted', (change) => {
    const suspicion = suspicionOf(change);
    if (suspicion !== undefined) again(() => effects.report(suspicion));
  });
  events.on('acted', (change) => {
    if (!hasEffect(change.input, change.before, change.after)) return;
    effects.playEffect(change).then(() => done(), done);
  });
  events.on('defeated', (change) => again(() => effects.addPoints(change)));
  events.on('defeated', ({ profile, before, after }) => {
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      unlocks.emit(profile.playerId, profile, achievement);
    }
  });

  const shard = createPlainShard(context, services, {
    followUp(change) {
      events.emit('acted', change);
      if (change.after.defeats > change.before.defeats) events.emit('defeated', change);
      return undefined;
    },
    save(rows) {
      again(() => effects.saveRows(rows));
      return undefined;
    },
    onJoin(profile) {
      unlocks.on(profile.playerId, (player, achievement) => {
        again(() => effects.grantReward(player, achievement));
        effects.notify(player, achievement).then(() => done(), done);
      });
    },
  });

  return {
    join: (profile) => shard.join(profile),
    leftBehind: () => unlocks.eventNames().filter((name) => !shard.arena.has(name)).length,
    close: () => shard.close(),
  };
};
