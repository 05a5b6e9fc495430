import { createHooks } from '@firedrill/core/hooks';
import {
  achievementsBetween,
  type Change,
  createAfterthought,
  createPlainShard,
  createSideEffects,
  type CreateSystem,
  hasEffect,
  reports,
} from '#gaming-platform';

/** No call may hold a worker for longer: twice the time limit of a push. */
const handlerTimeoutMs = 10_000;

/**
 * A bulkhead: the tick hands over what follows and goes on. What follows has workers and a queue of
 * its own, and both have a bound.
 */
export const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);
  const { settings, telemetry } = context;

  const pool = createHooks<{ readonly 'call.due': () => Promise<unknown> }>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => telemetry.failed(error),
  });
  pool.registry.hook('call.due', (call) => call());
  telemetry.gauge(reports.backlog, () => pool.counters().waiting);

  function later(call: () => Promise<unknown>): void {
    const { admitted } = pool.emit('call.due', call);
    if (!admitted) telemetry.count(reports.refusedEvents);
  }

  function follow(change: Change): undefined {
    const { input, before, after, profile } = change;
    const suspicion = suspicionOf(change);
    if (suspicion !== undefined) later(() => effects.report(suspicion));
    if (hasEffect(input, before, after)) later(() => effects.playEffect(change));
    if (after.defeats > before.defeats) later(() => effects.addPoints(change));
    for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
      later(() => effects.grantReward(profile, achievement));
      later(() => effects.notify(profile, achievement));
    }
  }

  const shard = createPlainShard(context, {
    followUp: follow,
    save(rows) {
      later(() => effects.saveRows(rows));
      return undefined;
    },
  });

  return {
    join: (profile) => shard.join(profile),
    async close() {
      await shard.close();
      await pool.drain();
    },
  };
};
