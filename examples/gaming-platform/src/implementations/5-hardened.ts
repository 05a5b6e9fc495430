import { sleep } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Game } from '../types.ts';
import { createFollowUps } from './hardened/follow-ups.ts';
import { createShard } from './hardened/shard.ts';
import { createShedLog } from './hardened/shed-log.ts';

/** How often a shard that closes looks whether everything is settled. */
const settlingMs = 250;

/**
 * Week 5 and since. The tick waits for nobody, refuses what cannot be before it becomes state, and
 * tells only those who are near, only what has changed. What follows goes through six lanes: the vital
 * has workers of its own and is repeated until it is done, the optional is shed, the lowest first, and
 * every piece of it is accounted for.
 */
const create: CreateSystem = (context) => {
  const { telemetry } = context;
  const shed = createShedLog(context);
  const followUps = createFollowUps(context, shed);
  const shard = createShard(context, followUps);
  telemetry.gauge(reports.backlog, () => followUps.waiting + followUps.vital);
  telemetry.gauge(reports.breakersOpen, () => followUps.breakers().open);
  telemetry.gauge(reports.breakersHalfOpen, () => followUps.breakers().halfOpen);

  return {
    join: (profile) => shard.join(profile),
    async close() {
      await shard.close();
      while (shard.unsettled > 0) await sleep(settlingMs);
      await followUps.close();
      await shed.close();
    },
  };
};

export const hardened: Implementation<Game> = {
  name: 'hardened',
  week: 5,
  flaw: 'none known: lanes, shedding that is accounted for, interest management, anti-cheat first',
  role: 'repaired',
  breaks: [],
  create,
};
