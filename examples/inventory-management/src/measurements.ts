import { counter, defineMeasures, gauge, histogram } from '@firedrill/core/scenario';

/** The charts of a run. */
export const charts = {
  rate: { title: 'Shoppers', unit: 'per-second' },
  latency: { title: 'Time to hold and to buy', unit: 'ms', scale: 'log' },
  connections: { title: 'Database connections', unit: 'count' },
  stock: { title: 'Units that are wrong', unit: 'count' },
  reservations: { title: 'Reservations', unit: 'count' },
  updates: { title: 'Updates of downstreams', unit: 'count' },
  breakers: { title: 'Breakers and nodes', unit: 'count' },
} as const;

/** What the world outside measures, each declared once. */
export const measures = defineMeasures({
  carts: counter({ label: 'carts', chart: 'rate' }),
  bought: counter({ label: 'orders confirmed', chart: 'rate' }),
  retries: counter({ label: 'shoppers trying again', chart: 'rate' }),
  presses: counter({ label: 'buttons pressed' }),
  orders: counter({ label: 'orders placed' }),
  refused: counter({ label: 'orders refused' }),
  soldOut: counter({ label: 'shoppers told that it is sold out' }),
  cartsAnswered: counter({ label: 'carts answered' }),
  ordersAnswered: counter({ label: 'orders answered' }),
  failedAttempts: counter({ label: 'presses that failed' }),
  timedOutAttempts: counter({ label: 'presses without an answer in time' }),
  gaveUp: counter({ label: 'shoppers who gave up' }),

  timeToFill: histogram({ label: 'cart', unit: 'ms', chart: 'latency' }),
  timeToBuy: histogram({ label: 'order', unit: 'ms', chart: 'latency' }),
  timeToKnow: histogram({
    label: 'time for which a service that is well has a product wrong',
    unit: 'ms',
  }),

  connectionsInUse: gauge({ label: 'in use', unit: 'count', chart: 'connections' }),
  connectionsWaitedFor: gauge({ label: 'waiting', unit: 'count', chart: 'connections' }),
  connectionsRefused: gauge({ label: 'refused by the connection pool, so far', unit: 'count' }),
  rowLine: gauge({ label: 'statements waiting for one row, at worst', unit: 'count' }),
  ordersInFlight: gauge({ label: 'orders in flight', unit: 'count', chart: 'connections' }),

  oversoldUnits: gauge({ label: 'sold, and not there', unit: 'count', chart: 'stock' }),
  unitsOff: gauge({ label: 'in no account', unit: 'count', chart: 'stock' }),
  lockedAway: gauge({ label: 'on the shelf, and not for sale', unit: 'count', chart: 'stock' }),
  openReservations: gauge({ label: 'open', unit: 'count', chart: 'reservations' }),
  expired: gauge({ label: 'expired so far', unit: 'count', chart: 'reservations' }),
  wrongViews: gauge({ label: 'wrong in some service', unit: 'count', chart: 'updates' }),
  nodes: gauge({ label: 'nodes', unit: 'count', chart: 'breakers' }),
  spareNodes: gauge({ label: 'nodes without work', unit: 'count' }),
});
