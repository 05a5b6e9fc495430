import { sleep, withPatience } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import type { Game } from './types.ts';
import { waitInLine } from './world/waiting.ts';
import { isObserver } from './world.ts';

/** Times that a player tries to get in before doing something else. */
const attempts = 5;
const pauseBeforeRetryMs = 2_000;

/**
 * One player who logs in: waits as long as a client is patient, tries again after a failure, and plays
 * from the moment at which he is in. What he then does is the crowd's business; the visit is over.
 */
export async function visitGame(visit: Visit<Game>): Promise<void> {
  const { context, truth, system, arrival } = visit;
  const { meter, settings, elapsedMs } = context;
  const player = truth.createPlayer(arrival.index + 1);
  if (settings.loginQueue) return waitInLine(visit, player);
  meter.count(measures.logins, 1, arrival.atMs);
  // Observers see from the first update on, which comes before the answer.
  if (isObserver(player, settings)) truth.views.observe(player.profile.playerId);

  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const joining = await withPatience(system.join(player.profile), settings.patienceMs);
    if (joining.kind === 'answered') {
      meter.record(measures.login, elapsedMs() - arrival.atMs);
      meter.count(measures.entered, 1, arrival.atMs);
      truth.enter(player);
      return;
    }
    meter.count(measures.loginFailures);
    await sleep(pauseBeforeRetryMs);
  }
  meter.record(measures.login, elapsedMs() - arrival.atMs);
  meter.count(measures.gaveUp);
  truth.views.forget(player.profile.playerId);
}
