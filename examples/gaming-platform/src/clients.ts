import { sleep } from '@firedrill/core/resilience';
import { type Visit, withPatience } from '@firedrill/core/scenario';
import type { Settings } from './settings.ts';
import type { GameSystem } from './system.ts';
import { isObserver, type World } from './world.ts';

/** Times that a player tries to get in before doing something else. */
const attempts = 5;
const pauseBeforeRetryMs = 2_000;

/**
 * One player who logs in: waits as long as a client is patient, tries again after a failure, and plays
 * from the moment at which he is in. What he then does is the crowd's business; the visit is over.
 */
export async function visitGame(visit: Visit<Settings, World, GameSystem>): Promise<void> {
  const { context, world, system, arrival } = visit;
  const { meter, settings, elapsedMs } = context;
  const player = world.createPlayer(arrival.index + 1);
  meter.count('logins');
  // Observers see from the first update on, which comes before the answer.
  if (isObserver(player)) world.views.observe(player.profile.playerId);

  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const joining = await withPatience(system.join(player.profile), settings.patienceMs);
    if (joining.kind === 'answered') {
      meter.time('login', elapsedMs() - arrival.atMs);
      meter.count('entered');
      world.enter(player);
      return;
    }
    meter.count('loginFailures');
    await sleep(pauseBeforeRetryMs);
  }
  meter.time('login', elapsedMs() - arrival.atMs);
  meter.count('gaveUp');
  world.views.forget(player.profile.playerId);
}
