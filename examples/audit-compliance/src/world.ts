import type { WorldContext } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import type { Records } from './services/records.ts';
import type { Deeds } from './truth.ts';
import type { Clinics } from './types.ts';

/** How often the records are backed up, and how often somebody looks for accesses without entries. */
const backUpEveryMs = 5 * 60_000;
const lookEveryMs = 5_000;

/** Names of the processes of the platform. */
export const processNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `app-${index + 1}`);

/** Has the world measured that surrounds the platform, and do what it does by itself. */
export function measureWorld(
  { meter, pool, faults, elapsedMs }: WorldContext<Clinics>,
  database: Records,
  deeds: Deeds,
): void {
  meter.gauge(measures.connectionsInUse, () => pool('connections').inUse);
  meter.gauge(measures.connectionsWaiting, () => pool('connections').waiting);
  meter.gauge(measures.unlawful, () => deeds.totals.unlawful);
  for (const { kind, fromMs } of faults) {
    if (kind === 'crash') setTimeout(() => meter.count(measures.crashes), fromMs - elapsedMs());
  }
  setInterval(() => database.backUp(), backUpEveryMs);
  setInterval(() => deeds.lookForMissing(), lookEveryMs);
}

/** Requests that are being worked on. */
export interface Attempts {
  /** Notes a request; call what it returns when it is over. */
  started(): () => void;
}

export function createAttempts({ meter }: WorldContext<Clinics>): Attempts {
  let inFlight = 0;
  meter.gauge(measures.requestsInFlight, () => inFlight);
  return {
    started() {
      inFlight += 1;
      return () => {
        inFlight -= 1;
      };
    },
  };
}
