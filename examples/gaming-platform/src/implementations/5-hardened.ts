import type { CreateSystem } from '../system.ts';
import { createFollowUps } from './hardened/follow-ups.ts';
import { createShard } from './hardened/shard.ts';
import { createShedLog } from './hardened/shed-log.ts';

/**
 * Week 5 and since. The tick waits for nobody, refuses what cannot be before it becomes state, and
 * tells only those who are near, only what has changed. What follows goes through six lanes: the vital
 * has workers of its own and is repeated until it is done, the optional is shed, the lowest first, and
 * every piece of it is accounted for.
 */
export const createHardened: CreateSystem = (context, services) => {
  const shed = createShedLog(context);
  const followUps = createFollowUps(context, services, shed);
  const shard = createShard(context, services, followUps);

  return {
    join: (profile) => shard.join(profile),
    backlog: () => followUps.waiting + followUps.vital,
    shed,
    breakers: followUps.breakers,
    async close() {
      await shard.close();
      await followUps.close();
      shed.close();
    },
  };
};
