import { sleep, withPatience } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { measures } from '../measurements.ts';
import type { Game } from '../types.ts';
import { isObserver } from '../world.ts';
import type { Player } from './players.ts';

/** Time until somebody who got no answer asks again. */
const retryMs = { soonest: 1_000, latest: 3_000 };
/** Whoever is not in by then gives up. */
const patienceMs = 600_000;
/** Answers that never reach the phone. */
const lostAnswerShare = 0.03;

/** What somebody does while he waits. */
interface Mood {
  /** When he goes away for good, in ms from his coming. */
  readonly quitsAfterMs: number;
  /** When his connection drops, and for how long. */
  readonly dropsAfterMs: number;
  readonly dropsForMs: number;
}

/** One in five goes away if he has to wait for long, and one in four loses his connection meanwhile. */
function drawMood(number: number, random: Random): Mood {
  return {
    quitsAfterMs: number % 5 === 4 ? 50_000 * random.next() : Infinity,
    dropsAfterMs: number % 4 === 1 ? 20_000 * random.next() : Infinity,
    dropsForMs: 5_000 + 45_000 * random.next(),
  };
}

/**
 * One player who presses when the maintenance is over, and waits in line: asks again when he was told to, with the
 * same token, until he is in.
 */
export async function waitInLine(visit: Visit<Game>, player: Player): Promise<void> {
  const { context, truth, system, arrival } = visit;
  const { meter, settings, elapsedMs } = context;
  const { line } = truth;
  const { playerId } = player.profile;
  const random = player.random.fork('line');
  const mood = drawMood(arrival.index, random);
  const token = random.uuid();
  let connection = 1;
  let hasDropped = false;
  const waitedMs = (): number => elapsedMs() - arrival.atMs;
  if (isObserver(player, settings)) truth.views.observe(playerId);

  while (waitedMs() < patienceMs) {
    line.asks(playerId);
    const asking = system.join(player.profile, { token, connection });
    const asked = await withPatience(asking, settings.patienceMs);
    if (asked.kind !== 'answered') {
      line.failed(playerId);
      meter.count(measures.loginFailures);
      await sleep(retryMs.soonest + random.next() * (retryMs.latest - retryMs.soonest));
      continue;
    }
    if (random.chance(lostAnswerShare)) {
      await sleep(retryMs.latest);
      continue;
    }
    const waiting = asked.answer;
    if (!waiting) {
      meter.record(measures.login, waitedMs());
      meter.count(measures.logins, 1, arrival.atMs);
      meter.count(measures.entered, 1, arrival.atMs);
      truth.enter(player);
      return;
    }
    line.told(playerId, waiting.position);
    if (waitedMs() > mood.quitsAfterMs) {
      line.away(playerId);
      truth.views.forget(playerId);
      return;
    }
    if (!hasDropped && waitedMs() > mood.dropsAfterMs) {
      hasDropped = true;
      line.away(playerId);
      await sleep(mood.dropsForMs);
      connection += 1;
    } else await sleep(waiting.againInMs);
  }
  meter.count(measures.logins, 1, arrival.atMs);
  meter.count(measures.gaveUp);
  truth.views.forget(playerId);
}
