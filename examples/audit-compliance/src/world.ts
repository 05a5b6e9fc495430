import type { PhaseContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { createServices, type Outside } from './services.ts';
import type { Settings } from './settings.ts';
import type { ClinicSystem } from './system.ts';

/** Everything round the system: patients, staff and services, and what is measured of them. */
export interface World {
  readonly people: Random;
  readonly services: Outside;
  /** Notes that a request is being worked on; call what it returns when it is over. */
  readonly requestStarted: () => () => void;
  /** Adds the gauges of a system to those of the world. */
  readonly measure: (system: ClinicSystem) => void;
}

/** How often the records are backed up, and how often somebody looks for accesses without entries. */
const backUpEveryMs = 5 * 60_000;
const lookEveryMs = 5_000;

export function createWorld(context: PhaseContext<Settings>): World {
  const { meter, random } = context;
  const services = createServices(context);
  const { database, pools, truth } = services;
  let requestsInFlight = 0;

  const inPools = (name: 'inUse' | 'waiting'): number =>
    [...pools].reduce((sum, pool) => sum + pool.metrics()[name], 0);

  meter.gauge('requestsInFlight', () => requestsInFlight);
  meter.gauge('poolInUse', () => inPools('inUse'));
  meter.gauge('poolWaiting', () => inPools('waiting'));
  meter.gauge('unlawful', () => truth.totals.unlawful);
  setInterval(() => database.backUp(), backUpEveryMs);
  setInterval(() => truth.lookForMissing(), lookEveryMs);

  return {
    people: random('people'),
    services,
    requestStarted() {
      requestsInFlight += 1;
      return () => {
        requestsInFlight -= 1;
      };
    },
    measure(system) {
      meter.gauge('unsaved', () => system.unsaved?.() ?? 0);
      meter.gauge('backlog', () => system.backlog?.() ?? 0);
    },
  };
}
