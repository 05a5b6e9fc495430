import {
  type Example,
  lastedUntilMs,
  lastFaultEndMs,
  type Phase,
  timeWhileMs,
  worstWindow,
} from '@firedrill/core/scenario';
import { downstreamNames } from './services.ts';
import type { Settings } from './settings.ts';
import type { InventorySystem } from './system.ts';
import type { World } from './world.ts';

/** What is drawn, sampled and summarised: names here are names in the record. */

type Measurements = Pick<
  Example<Settings, World, InventorySystem>,
  'charts' | 'series' | 'metrics'
>;
export type InventoryPhase = Phase<Settings, World, InventorySystem>;

export const charts: Measurements['charts'] = [
  { id: 'rate', title: 'Shoppers', unit: 'per-second', scale: 'linear' },
  { id: 'latency', title: 'Time to hold and to buy', unit: 'ms', scale: 'log' },
  { id: 'connections', title: 'Database connections', unit: 'count', scale: 'linear' },
  { id: 'stock', title: 'Units that are wrong', unit: 'count', scale: 'linear' },
  { id: 'reservations', title: 'Reservations', unit: 'count', scale: 'linear' },
  { id: 'updates', title: 'Updates of downstreams', unit: 'count', scale: 'linear' },
  { id: 'breakers', title: 'Breakers and nodes', unit: 'count', scale: 'linear' },
];

export const series: Measurements['series'] = [
  { name: 'carts', label: 'carts', unit: 'per-second', chart: 'rate' },
  { name: 'bought', label: 'orders confirmed', unit: 'per-second', chart: 'rate' },
  { name: 'retries', label: 'shoppers trying again', unit: 'per-second', chart: 'rate' },
  { name: 'reservationP50Ms', label: 'cart p50', unit: 'ms', chart: 'latency' },
  { name: 'reservationP99Ms', label: 'cart p99', unit: 'ms', chart: 'latency' },
  { name: 'orderP50Ms', label: 'order p50', unit: 'ms', chart: 'latency' },
  { name: 'orderP99Ms', label: 'order p99', unit: 'ms', chart: 'latency' },
  { name: 'poolInUse', label: 'in use', unit: 'count', chart: 'connections' },
  { name: 'poolWaiting', label: 'waiting', unit: 'count', chart: 'connections' },
  { name: 'ordersInFlight', label: 'orders in flight', unit: 'count', chart: 'connections' },
  { name: 'oversoldUnits', label: 'sold, and not there', unit: 'count', chart: 'stock' },
  { name: 'unitsOff', label: 'in no account', unit: 'count', chart: 'stock' },
  { name: 'openReservations', label: 'open', unit: 'count', chart: 'reservations' },
  { name: 'expired', label: 'expired so far', unit: 'count', chart: 'reservations' },
  { name: 'updatesInFlight', label: 'in flight', unit: 'count', chart: 'updates' },
  { name: 'backlog', label: 'backlog', unit: 'count', chart: 'updates' },
  { name: 'missedUpdates', label: 'missed, and kept', unit: 'count', chart: 'updates' },
  { name: 'breakersOpen', label: 'breakers open', unit: 'count', chart: 'breakers' },
  { name: 'breakersHalfOpen', label: 'breakers half-open', unit: 'count', chart: 'breakers' },
  { name: 'nodes', label: 'nodes', unit: 'count', chart: 'breakers' },
];

export const metrics: Measurements['metrics'] = [
  { name: 'carts', label: 'shoppers with a cart', unit: 'count', better: 'neither' },
  { name: 'confirmed', label: 'orders confirmed', unit: 'count', better: 'higher' },
  { name: 'answeredRatio', label: 'shoppers answered', unit: 'ratio', better: 'higher' },
  { name: 'reservationP50Ms', label: 'time to fill a cart, p50', unit: 'ms', better: 'lower' },
  { name: 'reservationP99Ms', label: 'time to fill a cart, p99', unit: 'ms', better: 'lower' },
  {
    name: 'worstWindowP99Ms',
    label: 'time to fill a cart, p99 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
  },
  { name: 'orderP50Ms', label: 'time to buy, p50', unit: 'ms', better: 'lower' },
  { name: 'orderP99Ms', label: 'time to buy, p99', unit: 'ms', better: 'lower' },
  { name: 'frozenMs', label: 'time without a single sale', unit: 'ms', better: 'lower' },
  { name: 'poolRefused', label: 'refused by the connection pool', unit: 'count', better: 'lower' },
  { name: 'retries', label: 'shoppers trying again', unit: 'count', better: 'lower' },
  {
    name: 'rushLoad',
    label: 'load with retries, of that without, worst minute',
    unit: 'ratio',
    better: 'lower',
  },
  { name: 'oversoldUnits', label: 'units sold that do not exist', unit: 'count', better: 'lower' },
  { name: 'unitsOff', label: 'units in no account', unit: 'count', better: 'lower' },
  { name: 'soldTwice', label: 'orders charged or shipped twice', unit: 'count', better: 'lower' },
  { name: 'traces', label: 'failed orders that left something', unit: 'count', better: 'lower' },
  { name: 'tracesUsd', label: 'charged for failed orders', unit: 'usd', better: 'lower' },
  { name: 'refunds', label: 'charges given back', unit: 'count', better: 'neither' },
  { name: 'undoneOrders', label: 'orders undone', unit: 'count', better: 'neither' },
  {
    name: 'unknownOutcomes',
    label: 'unknown outcomes asked about',
    unit: 'count',
    better: 'neither',
  },
  { name: 'reservations', label: 'reservations', unit: 'count', better: 'neither' },
  { name: 'sold', label: 'reservations sold', unit: 'count', better: 'neither' },
  { name: 'released', label: 'reservations released', unit: 'count', better: 'neither' },
  { name: 'expired', label: 'reservations expired', unit: 'count', better: 'neither' },
  { name: 'neverEnded', label: 'reservations that never ended', unit: 'count', better: 'lower' },
  { name: 'endedTwice', label: 'reservations that ended twice', unit: 'count', better: 'lower' },
  { name: 'conflicts', label: 'version conflicts, tried again', unit: 'count', better: 'neither' },
  { name: 'updates', label: 'updates of downstreams', unit: 'count', better: 'neither' },
  { name: 'missedPeak', label: 'most missed updates at once', unit: 'count', better: 'neither' },
  {
    name: 'staleViews',
    label: 'products that a downstream has wrong',
    unit: 'count',
    better: 'lower',
  },
  { name: 'unhandledRejections', label: 'unhandled rejections', unit: 'count', better: 'lower' },
  { name: 'leftBehind', label: 'listeners left behind', unit: 'count', better: 'lower' },
  {
    name: 'recoveryMs',
    label: 'shoppers well again after the hanging ends',
    unit: 'ms',
    better: 'lower',
  },
  {
    name: 'catchUpMs',
    label: 'downstreams told what they missed, after they answer again',
    unit: 'ms',
    better: 'lower',
  },
  { name: 'nodesPeak', label: 'most nodes at once', unit: 'count', better: 'neither' },
  { name: 'fleetUsd', label: 'cost of the fleet', unit: 'usd', better: 'neither' },
  {
    name: 'fixedFleetUsd',
    label: 'cost with the most nodes all the time',
    unit: 'usd',
    better: 'neither',
  },
];

export function summarize(phase: InventoryPhase): Record<string, number> {
  const { meter, world, system } = phase;
  const { stock, truth } = world.services;
  const { reservations, sold, released, expired, endedTwice, unitsOff } = stock.totals;
  const traces = truth.traces();
  return {
    carts: meter.total('carts'),
    confirmed: truth.totals.confirmed,
    answeredRatio: answeredRatio(phase),
    reservationP50Ms: meter.percentile('reservation', 50),
    reservationP99Ms: meter.percentile('reservation', 99),
    worstWindowP99Ms: worstFiveMinutes(phase).valueMs,
    orderP50Ms: meter.percentile('order', 50),
    orderP99Ms: meter.percentile('order', 99),
    frozenMs: frozenMs(phase),
    poolRefused: meter.peak('poolRefused'),
    retries: meter.total('retries'),
    rushLoad: worstAmplification(phase),
    oversoldUnits: truth.totals.oversoldUnits,
    unitsOff,
    soldTwice: truth.soldTwice(),
    traces: traces.length,
    tracesUsd: traces.reduce((sum, { chargedCents }) => sum + chargedCents, 0) / 100,
    refunds: truth.totals.refunds,
    undoneOrders: meter.total('undoneOrders'),
    unknownOutcomes: meter.total('unknownOutcomes'),
    reservations,
    sold,
    released,
    expired,
    neverEnded: neverEnded(phase),
    endedTwice,
    conflicts: meter.total('conflicts'),
    updates: truth.totals.updates,
    missedPeak: meter.peak('missedUpdates'),
    staleViews: truth.staleViews(),
    unhandledRejections: meter.total('unhandledRejections'),
    leftBehind: system.leftBehind?.() ?? 0,
    recoveryMs: recoveryMs(phase),
    ...(system.missed && { catchUpMs: catchUpMs(phase) }),
    ...(system.fleet && fleetFigures(phase, system.fleet().costUsd)),
  };
}

function fleetFigures({ context, meter }: InventoryPhase, fleetUsd: number) {
  const nodesPeak = meter.peak('nodes');
  const hours = context.elapsedMs() / 3_600_000;
  return {
    nodesPeak,
    fleetUsd,
    fixedFleetUsd: nodesPeak * hours * context.settings.nodeUsdPerHour,
  };
}

/** Share of the buttons pressed for the first time that were answered, be it "sold out". */
export function answeredRatio({ meter }: InventoryPhase): number {
  const asked = meter.total('carts') + meter.total('orders');
  const answered = meter.total('cartsAnswered') + meter.total('ordersAnswered');
  return asked === 0 ? 1 : answered / asked;
}

/** Reservations that are neither sold nor released nor expired. */
export function neverEnded({ world }: InventoryPhase): number {
  const { reservations, sold, released, expired } = world.services.stock.totals;
  return reservations - sold - released - expired;
}

/** The five minutes with the highest 99th percentile of the time to fill a cart. */
export const worstFiveMinutes = ({ meter }: InventoryPhase) =>
  worstWindow(meter, 'reservation', 99);

/** Time with orders under way and not one confirmed, counted from ten such seconds in a row, in ms. */
export const frozenMs = ({ samples }: InventoryPhase): number =>
  timeWhileMs(
    samples,
    ({ bought = 0, ordersInFlight = 0 }) => bought === 0 && ordersInFlight > 10,
    { atLeastSeconds: 10 },
  );

const minuteSamples = 60;

/** How many times the buttons are pressed for each first press, in the worst minute. */
export function worstAmplification({ samples }: InventoryPhase): number {
  let worst = 1;
  for (let from = 0; from + minuteSamples <= samples.length; from += minuteSamples) {
    let presses = 0;
    let retries = 0;
    for (const { values } of samples.slice(from, from + minuteSamples)) {
      presses += values['presses'] ?? 0;
      retries += values['retries'] ?? 0;
    }
    const first = presses - retries;
    // A minute with a handful of shoppers says nothing about load.
    if (first >= minuteSamples) worst = Math.max(worst, presses / first);
  }
  return worst;
}

/** Time from the end of the hanging to the last second in which a cart or an order was slow. */
const recoveryMs = ({ context, samples }: InventoryPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(context.faults.filter(({ kind }) => kind === 'hang')),
    ({ reservationP99Ms = 0, orderP99Ms = 0 }) => reservationP99Ms > 1_000 || orderP99Ms > 5_000,
  );

const isDownstream = ({ service }: { readonly service: string }): boolean =>
  downstreamNames.some((downstream) => downstream === service);

/** Time from the end of the last fault of a downstream to the last second with a missed update. */
const catchUpMs = ({ context, samples }: InventoryPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(context.faults.filter(isDownstream)),
    ({ missedUpdates = 0 }) => missedUpdates > 0,
  );
