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
const staleShare = 0.2;
const crashingShare = 0.7;

/** Of how many operations, at the most, each for as long as it takes: what overtakes a late one may be late itself. */
const mostOperations = 3;

/** Which share of the calls is late, and the others go on meanwhile; in most, all of them. */
const shares = [1, 1, 1, 0.3] as const;

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
 * Requests of a few operations come when nobody waits for them any more, and are performed all the same; often the
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
  const operations = drawOperations(asked(targets), asked(aimed), random).map((each) => ({
    ...each,
    latencyMs: random.pick(underWayMs),
  }));
  const lengthMs = random.pick(lengthsMs);
  const longestMs = Math.max(...operations.map(({ latencyMs }) => latencyMs));
  // All are performed before the last part of the storm, which is calm.
  const { fromMs } = drawWhileBusy(drawing, lengthMs + longestMs, random);
  const toMs = endOf(fromMs, lengthMs, untilMs);
  const share = random.pick(shares);
  const slow = operations.map(({ service, operation, latencyMs }, index): DrawnFault => ({
    id: `stale-${index + 1}`,
    kind: 'slow',
    service,
    operation,
    fromMs,
    toMs,
    latency: { fixedMs: latencyMs },
    ...(share < 1 && { share }),
  }));
  const channels = targets.filter((each) => each.kind === 'channel' && canHave(each, 'slow'));
  const newsFromMs = fromMs + random.pick(operations).latencyMs;
  const news: readonly DrawnFault[] =
    channels.length > 0 && random.chance(newsShare)
      ? [
          {
            id: 'stale-news',
            kind: 'slow',
            service: random.pick(channels).name,
            fromMs: newsFromMs,
            toMs: endOf(newsFromMs, lengthMs, untilMs),
            latency: { fixedMs: newsMs },
          },
        ]
      : [];
  if (!canCrash(drawing) || !random.chance(crashingShare)) return [...slow, ...news];
  // Who asks again while they are under way is late again: as many as can be are under way when it crashes.
  const crashMs = toMs + gridMs * random.integer(-2, 2);
  const crash: DrawnFault = {
    id: 'stale-crash',
    kind: 'crash',
    service: random.pick(targets.filter((each) => canHave(each, 'crash'))).name,
    fromMs: crashMs,
    toMs: endOf(crashMs, random.pick(awayMs), untilMs),
  };
  return [...slow, ...news, crash];
}

interface Asked {
  readonly service: string;
  readonly operation: string;
}

/** Some operations, each once: the first one is often of what is aimed at. */
function drawOperations(
  targets: readonly FaultTarget[],
  aimed: readonly FaultTarget[],
  random: Random,
): readonly Asked[] {
  const isAimed = random.chance(aimedShare) && aimed.length > 0;
  const drawn = [random.pick(operationsIn(isAimed ? aimed : targets))];
  for (let more = random.integer(0, mostOperations - 1); more > 0; more -= 1) {
    const next = random.pick(operationsIn(targets));
    const isKnown = drawn.some(
      ({ service, operation }) => service === next.service && operation === next.operation,
    );
    if (!isKnown) drawn.push(next);
  }
  return drawn;
}

const operationsIn = (some: readonly FaultTarget[]): readonly Asked[] =>
  some.flatMap(({ name, operations }) =>
    operations.map((operation) => ({ service: name, operation })),
  );

/** What is asked by calls, and can be slow. */
const asked = (some: readonly FaultTarget[]): readonly FaultTarget[] =>
  some.filter((target) => canHave(target, 'slow') && target.operations.length > 0);
