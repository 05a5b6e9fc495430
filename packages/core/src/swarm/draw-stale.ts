import type { FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canCrash,
  canHave,
  type DrawnFault,
  type Drawing,
  drawWhileBusy,
  endOf,
  gridMs,
} from './draw-fault.ts';

/** So many of the storms have requests that come late; in so many of these a process crashes meanwhile. */
const staleShare = 0.15;
const crashingShare = 0.7;

/** Where there are channels, news of what was performed so late comes late as well in so many of these, in ms. */
const newsShare = 0.6;
const newsMs = 3_000;

/** So many of them go to what an example or a switch aims at, where there is such a thing. */
const aimedShare = 0.5;

/** How long they are under way, in ms: longer than anybody waits, and than a process needs to come back. */
const underWayMs = [10_000, 20_000, 40_000] as const;

/** From the first such request to the last, in ms: some for so long that whoever asks again and again gives up. */
const lengthsMs = [3_000, 10_000, 10_000, 30_000] as const;

/** How long a process is away, in ms: most are up again while the requests are still under way. */
const awayMs = [500, 1_000, 3_000, 10_000] as const;

/**
 * Requests of one operation come when nobody waits for them any more, and are performed all the same; often the
 * process that sent them has crashed, is up again, and has asked anew. What says nothing of its sender, its version or
 * its order undoes then what was done since.
 *
 * @param aimed what is struck more often
 */
export function drawStale(
  drawing: Drawing,
  aimed: readonly FaultTarget[],
  random: Random,
): readonly DrawnFault[] {
  const { targets, kinds, untilMs } = drawing;
  if (!kinds.includes('slow') || asked(targets).length === 0) return [];
  if (!random.chance(staleShare)) return [];
  const isAimed = random.chance(aimedShare) && asked(aimed).length > 0;
  const target = random.pick(
    asked(isAimed ? aimed : targets).flatMap((each) => each.operations.map(() => each)),
  );
  const lengthMs = random.pick(lengthsMs);
  const latencyMs = random.pick(underWayMs);
  // All are performed before the last part of the storm, which is calm.
  const { fromMs } = drawWhileBusy(drawing, lengthMs + latencyMs, random);
  const slow: DrawnFault = {
    id: 'stale-1',
    kind: 'slow',
    service: target.name,
    operation: random.pick(target.operations),
    fromMs,
    toMs: endOf(fromMs, lengthMs, untilMs),
    latency: { fixedMs: latencyMs },
  };
  const channels = targets.filter((each) => each.kind === 'channel' && canHave(each, 'slow'));
  const news: readonly DrawnFault[] =
    channels.length > 0 && random.chance(newsShare)
      ? [
          {
            id: 'stale-2',
            kind: 'slow',
            service: random.pick(channels).name,
            fromMs: fromMs + latencyMs,
            toMs: endOf(fromMs + latencyMs, lengthMs, untilMs),
            latency: { fixedMs: newsMs },
          },
        ]
      : [];
  if (!canCrash(drawing) || !random.chance(crashingShare)) return [slow, ...news];
  // Who asks again while they are under way is late again: as many as can be are under way when it crashes.
  const crashMs = slow.toMs + gridMs * random.integer(-2, 2);
  const crash: DrawnFault = {
    id: 'stale-3',
    kind: 'crash',
    service: random.pick(targets.filter((each) => canHave(each, 'crash'))).name,
    fromMs: crashMs,
    toMs: endOf(crashMs, random.pick(awayMs), untilMs),
  };
  return [slow, ...news, crash];
}

/** What is asked by calls, and can be slow. */
const asked = (some: readonly FaultTarget[]): readonly FaultTarget[] =>
  some.filter((target) => canHave(target, 'slow') && target.operations.length > 0);
