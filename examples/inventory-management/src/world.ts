import type { WorldContext } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import type { Truth } from './truth.ts';
import type { Inventory } from './types.ts';

/** Names of the pools of connections to the database: one for everything, or one for each shard. */
export const poolNames = [
  'stock-connections',
  'shard-1-connections',
  'shard-2-connections',
  'shard-3-connections',
  'shard-4-connections',
] as const;

/** Has everything read once a second that the world outside can see of a shop. */
export function measureWorld(context: WorldContext<Inventory>, truth: Truth): void {
  const { elapsedMs, meter, pool } = context;
  const { carrier, machines, stock } = truth;

  let readAtMs = -1;
  let inPools = { inUse: 0, waiting: 0, refused: 0 };

  /** All pools together, read once for all gauges of a second. */
  function connections(): typeof inPools {
    if (readAtMs === elapsedMs()) return inPools;
    readAtMs = elapsedMs();
    inPools = { inUse: 0, waiting: 0, refused: 0 };
    for (const { inUse, waiting, timedOut, rejected } of poolNames.map(pool)) {
      inPools.inUse += inUse;
      inPools.waiting += waiting;
      inPools.refused += timedOut + rejected;
    }
    return inPools;
  }

  meter.gauge(measures.connectionsInUse, () => connections().inUse);
  meter.gauge(measures.connectionsWaitedFor, () => connections().waiting);
  meter.gauge(measures.connectionsRefused, () => connections().refused);
  meter.gauge(measures.rowLine, () => truth.rowLocks?.longestLine() ?? 0);
  meter.gauge(measures.ordersInFlight, () => truth.ordersInFlight);
  meter.gauge(measures.oversoldUnits, () => carrier.oversoldUnits);
  meter.gauge(measures.unitsOff, () => stock.totals.unitsOff);
  meter.gauge(measures.lockedAway, () => truth.lockedAway());
  meter.gauge(measures.expired, () => stock.totals.expired);
  meter.gauge(measures.openReservations, () => {
    const { reservations, sold, released, expired } = stock.totals;
    return reservations - sold - released - expired;
  });
  meter.gauge(measures.wrongViews, () => truth.views.wrong());
  meter.gauge(measures.nodes, () => machines.rented);
  meter.gauge(measures.spareNodes, () => truth.spareMachines());
}
