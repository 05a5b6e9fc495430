import { sleep } from '@firedrill/core/resilience';
import { sightingOf } from '../../domain/packets.ts';
import { reports } from '../../reports.ts';
import type { Context, GameSystem } from '../../system.ts';
import { createAntiCheat } from './anti-cheat.ts';
import { createFollowUps } from './follow-ups.ts';
import { createInterest } from './interest.ts';
import { createLoginQueue, freePlaces, isGone, positionOf } from './login-queue.ts';
import { createOutbox } from './outbox.ts';
import { createReplication, payloadBytes, weightOf } from './replication.ts';
import { createSettling } from './settling.ts';
import { createShard } from './shard.ts';
import { createShedLog } from './shed-log.ts';
import { createSuspects } from './suspects.ts';
import { createWriteBehind } from './write-behind.ts';

/** How often a shard that closes looks whether everything is settled. */
const settlingMs = 250;

/** The parts of the hardened shard: each is made by a function of its own, and may be replaced. */
export const hardenedParts = {
  createAntiCheat,
  createInterest,
  createLoginQueue,
  createOutbox,
  createReplication,
  createSettling,
  createShedLog,
  createSuspects,
  createWriteBehind,
  freePlaces,
  isGone,
  positionOf,
  sightingOf,
  payloadBytes,
  weightOf,
};

export type Parts = typeof hardenedParts;

/**
 * Week 5 and since. The tick waits for nobody, refuses what cannot be before it becomes state, and
 * tells only those who are near, only what has changed. What follows goes through six lanes: the vital
 * has workers of its own and is repeated until it is done, the optional is shed, the lowest first, and
 * every piece of it is accounted for.
 */
export function createGame(context: Context, parts: Parts): GameSystem {
  const { telemetry, outside } = context;
  const shed = parts.createShedLog(context);
  const followUps = createFollowUps(context, shed, parts);
  const shard = createShard(context, followUps, parts);
  const { tickets, logins, room } = outside.door;
  const queue =
    tickets && logins && room
      ? parts.createLoginQueue(context, { tickets, logins, room }, parts, () => shard.inside)
      : undefined;
  telemetry.gauge(reports.backlog, () => followUps.waiting + followUps.vital);
  telemetry.gauge(reports.breakersOpen, () => followUps.breakers().open);
  telemetry.gauge(reports.breakersHalfOpen, () => followUps.breakers().halfOpen);

  return {
    async join(profile, knock) {
      const enter = (): Promise<void> => shard.join(profile);
      // Whoever is in, and has not heard of it, waits for nothing.
      if (queue === undefined || knock === undefined || shard.has(profile.playerId)) return enter();
      return queue.ask(profile.playerId, knock, enter);
    },
    async close() {
      queue?.close();
      await shard.close();
      while (shard.unsettled > 0) await sleep(settlingMs);
      await followUps.close();
      await shed.close();
    },
  };
}
