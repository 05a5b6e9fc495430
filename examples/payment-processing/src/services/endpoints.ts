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
}

/** So many outages each: ms until the next one, and for how long. */
const outages = 2;
const upMs = [5_000, 60_000] as const;
const downMs = [10_000, 150_000] as const;

/** From then on everybody is up, so that what waits for somebody can come to its end; ms since the start. */
const quietFromMs = 210_000;

interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

export function createEndpoints(
  { moodyShare }: Settings,
  { all }: Merchants,
  random: Random,
): Endpoints {
  const moody = new Map<string, readonly Outage[]>();
  for (const { id } of moodyShare > 0 ? all : []) {
    if (random.chance(moodyShare)) moody.set(id, drawOutages(random));
  }
  return {
    isMoody: (merchantId) => moody.has(merchantId),
    isDown: (merchantId, atMs) =>
      moody.get(merchantId)?.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ?? false,
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
