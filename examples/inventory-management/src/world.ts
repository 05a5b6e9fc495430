import type { PhaseContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { createServices, downstreamNames, type Services } from './services.ts';
import type { Settings } from './settings.ts';
import type { InventorySystem } from './system.ts';

/** Everything round the system: products, shoppers and services, and what is measured of them. */
export interface World {
  readonly shoppers: Random;
  readonly services: Services;
  /** Notes that a press of "buy" is being worked on; call what it returns when it is over. */
  readonly orderStarted: () => () => void;
  /** Adds the gauges of a system to those of the world. */
  readonly measure: (system: InventorySystem) => void;
}

export function createWorld(context: PhaseContext<Settings>): World {
  const { meter, network, random } = context;
  const services = createServices(context);
  const { pools, stock, truth } = services;
  let ordersInFlight = 0;

  const inPools = (name: 'size' | 'inUse' | 'waiting' | 'timedOut' | 'rejected'): number =>
    pools.reduce((sum, pool) => sum + pool.metrics()[name], 0);

  meter.gauge('ordersInFlight', () => ordersInFlight);
  meter.gauge('poolInUse', () => inPools('inUse'));
  meter.gauge('poolFree', () => inPools('size') - inPools('inUse'));
  meter.gauge('poolWaiting', () => inPools('waiting'));
  meter.gauge('poolRefused', () => inPools('timedOut') + inPools('rejected'));
  meter.gauge('oversoldUnits', () => truth.totals.oversoldUnits);
  meter.gauge('unitsOff', () => stock.totals.unitsOff);
  meter.gauge('expired', () => stock.totals.expired);
  meter.gauge('openReservations', () => {
    const { reservations, sold, released, expired } = stock.totals;
    return reservations - sold - released - expired;
  });
  meter.gauge('updatesInFlight', () => {
    const stats = network.stats();
    return downstreamNames.reduce((sum, name) => sum + (stats.get(name)?.inFlight ?? 0), 0);
  });

  return {
    shoppers: random('shoppers'),
    services,
    orderStarted() {
      ordersInFlight += 1;
      return () => {
        ordersInFlight -= 1;
      };
    },
    measure(system) {
      meter.gauge('backlog', () => system.backlog?.() ?? 0);
      meter.gauge('missedUpdates', () => system.missed?.() ?? 0);
      meter.gauge('breakersOpen', () => system.breakers?.().open ?? 0);
      meter.gauge('breakersHalfOpen', () => system.breakers?.().halfOpen ?? 0);
      meter.gauge('nodes', () => system.fleet?.().nodes ?? 0);
      meter.gauge('leftBehind', () => system.leftBehind?.() ?? 0);
    },
  };
}
