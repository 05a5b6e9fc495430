import type { Random } from '@firedrill/core/simulation';
import type { Settings } from '../settings.ts';
import type { Merchants } from './merchants.ts';

/**
 * The endpoints of merchants, as good as their owners keep them: some are down now and then, for reasons of
 * their own, and whoever delivers to thousands never has all of them up.
 */
export interface Endpoints {
  /** Whether this one is down at some time. */
  isMoody(merchantId: string): boolean;
  isDown(merchantId: string, atMs: number): boolean;
  /** Whether it is down for good at some time. */
  isClosing(merchantId: string): boolean;
}

/** So many outages each: ms until the next one, and for how long. */
const outages = 2;
const upMs = [5_000, 60_000] as const;
const downMs = [10_000, 150_000] as const;

/** Of so many to whom most is sent, twice as many are down now and then. */
const busiest = 10;

/** From then on everybody is up, so that what waits for somebody can come to its end; ms since the start. */
const quietFromMs = 210_000;

/** Of those that close, so many; from when on they are down for good, in ms since the start. */
const closingShare = 0.1;
const closedFromMs = [60_000, 180_000] as const;

interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

export function createEndpoints(
  { moodyShare, closing }: Settings,
  { all }: Merchants,
  random: Random,
): Endpoints {
  const drawn = new Map<string, readonly Outage[]>();
  for (const [rank, { id }] of (moodyShare > 0 ? all : []).entries()) {
    const share = rank < busiest ? Math.min(1, 2 * moodyShare) : moodyShare;
    if (random.chance(share)) drawn.set(id, drawOutages(random));
  }
  const closings = random.fork('closing');
  for (const { id } of closing ? all : []) {
    if (!closings.chance(closingShare)) continue;
    const forGood = { fromMs: closings.integer(...closedFromMs), toMs: Infinity };
    drawn.set(id, [...(drawn.get(id) ?? []), forGood]);
  }
  const isDown = (merchantId: string, atMs: number): boolean =>
    drawn.get(merchantId)?.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ?? false;
  return {
    isMoody: (merchantId) => drawn.has(merchantId),
    isClosing: (merchantId) =>
      drawn.get(merchantId)?.some(({ toMs }) => toMs === Infinity) ?? false,
    isDown,
  };
}

function drawOutages(random: Random): readonly Outage[] {
  const drawn: Outage[] = [];
  let lastMs = 0;
  for (let at = 0; at < outages; at += 1) {
    const fromMs = lastMs + random.integer(...upMs);
    lastMs = Math.min(quietFromMs, fromMs + random.integer(...downMs));
    drawn.push({ fromMs, toMs: lastMs });
  }
  return drawn;
}
