import type { Implementation } from '@firedrill/core/scenario';
import { createHooks } from '@firedrill/core/hooks';
import {
  type Achievement,
  achievementsBetween,
  hasEffect,
  type PlayerState,
  type Profile,
  type Suspicion,
} from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Game } from '../types.ts';
import { createAfterthought } from './early/afterthought.ts';
import type { Change } from './shard/arena.ts';
import { createPlainShard } from './early/plain-shard.ts';
import { createSideEffects } from './early/side-effects.ts';

interface GameEvents {
  readonly 'effect.due': Change;
  readonly 'monster.defeated': Change;
  readonly 'achievement.unlocked': { readonly profile: Profile; readonly achievement: Achievement };
  readonly 'suspicion.raised': Suspicion;
  readonly 'rows.changed': readonly PlayerState[];
}

/** No handler may hold a worker for longer: twice the time limit of a call. */
const handlerTimeoutMs = 10_000;

/**
 * Week 4. The tick is safe from everything that follows it. Flaw: one pool serves the vital and the
 * cosmetic alike; slow pushes take its workers, and what finds the queue full is refused and
 * forgotten, be it a firework, a reward or a row.
 */
const create: CreateSystem = (context) => {
  const effects = createSideEffects(context.outside);
  const suspicionOf = createAfterthought(context);
  const { telemetry, settings } = context;

  const pool = createHooks<GameEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => telemetry.failed(error),
  });
  const { registry } = pool;
  registry.hook('effect.due', (change) => effects.playEffect(change));
  registry.hook('monster.defeated', (change) => effects.addPoints(change));
  registry.hook('achievement.unlocked', ({ profile, achievement }) =>
    effects.grantReward(profile, achievement),
  );
  registry.hook('achievement.unlocked', ({ profile, achievement }) =>
    effects.notify(profile, achievement),
  );
  registry.hook('suspicion.raised', (suspicion) => effects.report(suspicion));
  registry.hook('rows.changed', (rows) => effects.saveRows(rows));

  function offer<Event extends keyof GameEvents>(event: Event, data: GameEvents[Event]): void {
    const { admitted } = pool.emit<keyof GameEvents>(event, data);
    if (!admitted) telemetry.count(reports.refusedEvents);
  }

  const shard = createPlainShard(context, {
    followUp(change) {
      const { input, before, after, profile } = change;
      const suspicion = suspicionOf(change);
      if (suspicion !== undefined) offer('suspicion.raised', suspicion);
      if (hasEffect(input, before, after)) offer('effect.due', change);
      if (after.defeats > before.defeats) offer('monster.defeated', change);
      for (const achievement of achievementsBetween(before.defeats, after.defeats)) {
        offer('achievement.unlocked', { profile, achievement });
      }
      return undefined;
    },
    save(rows) {
      offer('rows.changed', rows);
      return undefined;
    },
  });

  telemetry.gauge(reports.backlog, () => pool.counters().waiting);

  return {
    join: (profile) => shard.join(profile),
    async close() {
      await shard.close();
      await pool.drain();
    },
  };
};

export const hooks: Implementation<Game> = {
  name: 'hooks',
  week: 4,
  flaw: 'the tick is safe, but one pool serves vital and cosmetic alike, and drops what is too much',
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
    'tick-p99',
    'cheaters-caught',
    'honest-left-alone',
  ],
  create,
};
