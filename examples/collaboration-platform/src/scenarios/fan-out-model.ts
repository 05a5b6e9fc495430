import { meanLatencyMs } from '@firedrill/core/services';
import { draftShare, pointerMs } from '../world/drawing.ts';
import { pulseEveryMs } from '../implementations/5-hardened.ts';
import { editorShare, presenterThinkMs, teamSize } from '../world/people.ts';
import { latencies } from '../services/latencies.ts';
import type { Settings } from '../settings.ts';

/** What a thousand people do to the platform, from the settings alone. Times in ms, rates a second. */
export interface Work {
  readonly editsPerSecond: number;
  /** To devices. */
  readonly messagesPerSecond: number;
  /** To the document store, once things have settled. */
  readonly writesPerSecond: number;
}

/** Rooms of one size. */
interface Rooms {
  readonly perThousand: number;
  readonly members: number;
  readonly editors: number;
  readonly thinkMs: number;
}

const second = 1_000;

/** The first to come is the host, who may edit. */
const editorsOf = (members: number, share: number): number => 1 + share * (members - 1);

function roomsOf(settings: Settings): readonly Rooms[] {
  const { allHandsShare, allHandsSize, workshopShare, workshopSize, thinkMs } = settings;
  const teamSizes = Array.from(
    { length: teamSize.max - teamSize.min + 1 },
    (_, index) => teamSize.min + index,
  );
  const perTeam = teamSizes.reduce((sum, size) => sum + size, 0);
  return [
    {
      perThousand: (second * allHandsShare) / allHandsSize,
      members: allHandsSize,
      editors: editorsOf(allHandsSize, editorShare['all-hands']),
      thinkMs: presenterThinkMs,
    },
    {
      perThousand: (second * workshopShare) / workshopSize,
      members: workshopSize,
      editors: editorsOf(workshopSize, editorShare.workshop),
      thinkMs,
    },
    ...teamSizes.map((members) => ({
      perThousand: (second * (1 - allHandsShare - workshopShare)) / perTeam,
      members,
      editors: editorsOf(members, editorShare.team),
      thinkMs,
    })),
  ];
}

/** One call after the other, and one receiver after the other. */
export const directEditMs = (members: number): number =>
  meanLatencyMs(latencies.permissions) +
  meanLatencyMs(latencies.save) +
  (members - 1) * meanLatencyMs(latencies.push) +
  meanLatencyMs(latencies.presence) +
  meanLatencyMs(latencies.history) +
  meanLatencyMs(latencies.analytics);

function direct({ members, editors, thinkMs }: Rooms): Work {
  const cycleMs = thinkMs + pointerMs + directEditMs(members);
  const editsPerSecond = (editors * second) / cycleMs;
  return {
    editsPerSecond,
    messagesPerSecond: editsPerSecond * (members - 1),
    writesPerSecond: editsPerSecond,
  };
}

/**
 * Everybody is told of each edit that they may see, of cursors in each interval in which at least one
 * moves, and that the server is there. A document is saved once for all changes within a while.
 */
function hardened({ members, editors, thinkMs }: Rooms, settings: Settings): Work {
  const cycleMs = thinkMs + pointerMs;
  const editsPerSecond = (editors * second) / cycleMs;
  const stillShare = (1 - pointerMs / cycleMs) ** editors;
  const cursorsPerSecond = ((1 - stillShare) * second) / settings.cursorMs;
  const seenByViewers = 1 - draftShare;
  const viewers = members - editors;
  return {
    editsPerSecond,
    messagesPerSecond:
      editsPerSecond * (1 + editors + seenByViewers * viewers) +
      members * (cursorsPerSecond + second / pulseEveryMs),
    writesPerSecond: second / (second / editsPerSecond + settings.saveEveryMs / 2),
  };
}

export function workOf(implementation: string, settings: Settings): Work {
  const total = { editsPerSecond: 0, messagesPerSecond: 0, writesPerSecond: 0 };
  for (const rooms of roomsOf(settings)) {
    const each = implementation === 'hardened' ? hardened(rooms, settings) : direct(rooms);
    total.editsPerSecond += rooms.perThousand * each.editsPerSecond;
    total.messagesPerSecond += rooms.perThousand * each.messagesPerSecond;
    total.writesPerSecond += rooms.perThousand * each.writesPerSecond;
  }
  return total;
}

/** From somebody's coming to the earliest end of their first stroke. */
const beginningMs =
  meanLatencyMs(latencies.connections) +
  meanLatencyMs(latencies.load) +
  meanLatencyMs(latencies.permissions) +
  pointerMs;

/**
 * Writes of a thousand people while it has not settled yet: rooms open evenly over `openingMs`, and
 * their first write comes a change and a delay later. Solves the renewal equation r = f + f * r in
 * steps, where f is the density of an exponential time to the change plus a uniform delay (Cox 1962).
 */
export function earlyWritesPerSecond(
  settings: Settings,
  { openingMs, atMs }: { readonly openingMs: number; readonly atMs: number },
): number {
  const stepMs = 100;
  const from = Math.round((atMs - openingMs - beginningMs) / stepMs);
  const to = Math.round((atMs - beginningMs) / stepMs);
  let total = 0;
  for (const rooms of roomsOf(settings)) {
    const changesPerMs = hardened(rooms, settings).editsPerSecond / second;
    const rates = renewals(changesPerMs, settings.saveEveryMs, stepMs, to);
    const ages = rates.slice(Math.max(0, from), to);
    const mean = ages.reduce((sum, rate) => sum + rate, 0) / (to - from);
    total += rooms.perThousand * mean * second;
  }
  return total;
}

function renewals(changesPerMs: number, delayMs: number, stepMs: number, steps: number): number[] {
  const density = Array.from({ length: steps }, (_, index) => {
    const ms = (index + 0.5) * stepMs;
    const notYet = Math.exp(-changesPerMs * ms);
    const before = ms < delayMs ? 1 : Math.exp(-changesPerMs * (ms - delayMs));
    return (before - notYet) / delayMs;
  });
  const rates: number[] = [];
  for (const [index, first] of density.entries()) {
    let again = 0;
    for (const [earlier, rate] of rates.entries()) {
      again += rate * (density[index - earlier - 1] ?? 0) * stepMs;
    }
    rates.push(first + again);
  }
  return rates;
}
