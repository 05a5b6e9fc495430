import {
  type Figures,
  type Judged,
  lastedUntilMs,
  lastFaultEndMs,
  timeWhileMs,
} from '@firedrill/core/scenario';
import type { Inventory } from './types.ts';

type Phase = Judged<Inventory>;

/** What the table shows of a phase. */
export const figures: Figures<Inventory> = {
  carts: {
    label: 'shoppers who want something',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.carts.total,
  },
  cartsFilled: {
    label: 'carts filled, of those that could be',
    unit: 'ratio',
    better: 'higher',
    rule: 'carts-filled',
    of: ({ truth }) => share(truth.wishes.carts),
  },
  ordersServed: {
    label: 'orders served, of those that could be',
    unit: 'ratio',
    better: 'higher',
    rule: 'orders-served',
    of: ({ truth }) => share(truth.ordersServed(() => true)),
  },
  confirmed: {
    label: 'orders confirmed',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.orders.confirmed,
  },
  answeredRatio: {
    label: 'shoppers answered',
    unit: 'ratio',
    better: 'higher',
    rule: 'shoppers-answered',
    of: answeredRatio,
  },
  fillP50: {
    label: 'time to fill a cart, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToFill.p50,
  },
  fillP99: {
    label: 'time to fill a cart, p99',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToFill.p99,
  },
  worstWindowP99: {
    label: 'time to fill a cart, p99 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
    rule: 'reservation-p99',
    of: ({ measured }) => measured.timeToFill.worstWindow(99)?.value,
  },
  buyP50: {
    label: 'time to buy, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToBuy.p50,
  },
  buyP99: {
    label: 'time to buy, p99',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToBuy.p99,
  },
  frozenMs: {
    label: 'time without a single sale',
    unit: 'ms',
    better: 'lower',
    of: frozenMs,
  },
  connectionsRefused: {
    label: 'refused by the connection pool',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.connectionsRefused.last,
  },
  rowLine: {
    appliesTo: ({ rowLockMs }) => rowLockMs > 0,
    label: 'most statements that waited for one row at once',
    unit: 'count',
    better: 'lower',
    rule: 'rows-are-not-waited-for',
    of: ({ measured }) => measured.rowLine.peak,
  },
  retries: {
    label: 'shoppers trying again',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.retries.total,
  },
  rushLoad: {
    label: 'load with retries, of that without, worst minute',
    unit: 'ratio',
    better: 'lower',
    of: worstAmplification,
  },
  oversoldUnits: {
    label: 'units sold that do not exist',
    unit: 'count',
    better: 'lower',
    rule: 'never-oversold',
    of: ({ truth }) => truth.carrier.oversoldUnits,
  },
  unitsOff: {
    label: 'units in no account',
    unit: 'count',
    better: 'lower',
    rule: 'stock-conserved',
    of: ({ truth }) => truth.stock.totals.unitsOff,
  },
  shelfDifference: {
    label: 'units for sale and not there, or the reverse, in the end',
    unit: 'count',
    better: 'lower',
    rule: 'shelf-agrees',
    of: ({ truth }) => truth.shelfDifference().units,
  },
  lockedAway: {
    label: 'most units that are nobody’s and not for sale',
    unit: 'count',
    better: 'lower',
    rule: 'nothing-locked-away',
    of: ({ measured }) => measured.lockedAway.peak,
  },
  notKept: {
    label: 'carts sold out at the checkout, in their time',
    unit: 'count',
    better: 'lower',
    rule: 'cart-is-kept',
    of: ({ truth }) => truth.wishes.notKept,
  },
  peopleLimited: {
    appliesTo: ({ bots }) => bots,
    label: 'people refused for the limit of their account or address',
    unit: 'count',
    better: 'lower',
    of: ({ truth, settings }) => (settings.bots ? truth.fairness.limited : undefined),
  },
  botUnitMinutes: {
    appliesTo: ({ bots }) => bots,
    label: 'minutes for which bots held a hot unit, all units together',
    unit: 'count',
    better: 'lower',
    of: ({ truth, settings }) => (settings.bots ? truth.fairness.botUnitMinutes : undefined),
  },
  backordered: {
    appliesTo: ({ oversell }) => oversell,
    label: 'orders told to wait for units',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.backorders?.told,
  },
  undelivered: {
    appliesTo: ({ oversell }) => oversell,
    label: 'of those cancelled, as too little came',
    unit: 'count',
    better: 'lower',
    of: ({ truth }) => truth.backorders?.cancelledInTheEnd,
  },
  soldTwice: {
    label: 'orders charged or shipped twice',
    unit: 'count',
    better: 'lower',
    rule: 'sold-once',
    of: ({ truth }) => truth.orders.soldTwice().length,
  },
  traces: {
    label: 'failed orders that left something',
    unit: 'count',
    better: 'lower',
    rule: 'no-trace',
    of: ({ truth }) => truth.orders.traces().length,
  },
  tracesUsd: {
    label: 'charged for failed orders',
    unit: 'usd',
    better: 'lower',
    rule: 'no-trace',
    of: ({ truth }) =>
      truth.orders.traces().reduce((sum, { chargedCents }) => sum + chargedCents, 0) / 100,
  },
  incomplete: {
    label: 'confirmed orders that are not paid for and sent',
    unit: 'count',
    better: 'lower',
    rule: 'confirmed-is-complete',
    of: ({ truth }) => truth.orders.incomplete().length,
  },
  refunds: {
    label: 'charges given back',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.bank.refunds,
  },
  recalls: {
    label: 'parcels called back',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.carrier.recalls,
  },
  reservations: {
    label: 'reservations',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.stock.totals.reservations,
  },
  sold: {
    label: 'reservations sold',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.stock.totals.sold,
  },
  released: {
    label: 'reservations released',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.stock.totals.released,
  },
  expired: {
    label: 'reservations expired',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.stock.totals.expired,
  },
  neverEnded: {
    label: 'reservations that never ended',
    unit: 'count',
    better: 'lower',
    rule: 'reservations-end',
    of: ({ truth }) => {
      const { reservations, sold, released, expired } = truth.stock.totals;
      return reservations - sold - released - expired;
    },
  },
  endedTwice: {
    label: 'reservations that ended twice',
    unit: 'count',
    better: 'lower',
    rule: 'reservations-end',
    of: ({ truth }) => truth.stock.totals.endedTwice,
  },
  conflicts: {
    label: 'version conflicts, tried again',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.stock.totals.conflicts,
  },
  updates: {
    label: 'updates of downstreams',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.views.updates,
  },
  wrongViews: {
    label: 'products that a downstream has wrong in the end',
    unit: 'count',
    better: 'lower',
    rule: 'downstreams-agree',
    of: ({ truth }) => truth.views.wrong(),
  },
  timeToKnowP99: {
    label: 'time until a downstream that is well knows of a change, p99',
    unit: 'ms',
    better: 'lower',
    rule: 'downstreams-know-soon',
    of: ({ measured }) => measured.timeToKnow.p99,
  },
  unhandledRejections: {
    label: 'unhandled rejections',
    unit: 'count',
    better: 'lower',
    rule: 'no-unhandled-rejection',
    of: ({ unhandledRejections }) => unhandledRejections,
  },
  recoveryMs: {
    label: 'shoppers well again after the hanging ends',
    unit: 'ms',
    better: 'lower',
    of: recoveryMs,
  },
  nodesPeak: {
    label: 'most machines at once',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => rented(measured.nodes.peak),
  },
  fleetUsd: {
    label: 'cost of the machines',
    unit: 'usd',
    better: 'neither',
    of: ({ measured, truth }) => rented(measured.nodes.peak) && truth.machines.costUsd,
  },
  fixedFleetUsd: {
    label: 'cost with the most machines all the time',
    unit: 'usd',
    better: 'neither',
    of: ({ measured, seconds, settings }) => {
      const hours = (seconds.at(-1)?.atMs ?? 0) / 3_600_000;
      const nodes = rented(measured.nodes.peak);
      return nodes && nodes * hours * settings.nodeUsdPerHour;
    },
  },
};

const share = ({ done, due }: { readonly done: number; readonly due: number }) =>
  due === 0 ? undefined : done / due;

/** Whoever rents no machine has no fleet, and no figure of it. */
const rented = (nodes: number): number | undefined => (nodes === 0 ? undefined : nodes);

/** Share of the buttons pressed for the first time that were answered, be it "sold out". */
export function answeredRatio({ measured }: Phase): number | undefined {
  const asked = measured.carts.total + measured.orders.total;
  const answered = measured.cartsAnswered.total + measured.ordersAnswered.total;
  return asked === 0 ? undefined : answered / asked;
}

/** Share of the presses of a button that failed, or brought no answer in time. */
export function inVainRatio({ measured }: Phase): number | undefined {
  const { presses, failedAttempts, timedOutAttempts } = measured;
  if (presses.total === 0) return undefined;
  return (failedAttempts.total + timedOutAttempts.total) / presses.total;
}

/** Time with orders under way and not one confirmed, counted from ten such seconds in a row, in ms. */
export function frozenMs(phase: Phase): number {
  return timeWhileMs(phase, ({ bought, ordersInFlight }) => bought === 0 && ordersInFlight > 10, {
    atLeastSeconds: 10,
  });
}

const minuteSamples = 60;

/** How many times the buttons are pressed for each first press, in the worst minute. */
export function worstAmplification({ seconds }: Phase): number | undefined {
  let worst: number | undefined;
  for (let from = 0; from + minuteSamples <= seconds.length; from += minuteSamples) {
    let presses = 0;
    let retries = 0;
    for (const { values } of seconds.slice(from, from + minuteSamples)) {
      presses += values.presses;
      retries += values.retries;
    }
    const first = presses - retries;
    // A minute with a handful of shoppers says nothing about load.
    if (first >= minuteSamples) worst = Math.max(worst ?? 1, presses / first);
  }
  return worst;
}

/** Time from the end of the hanging to the last second in which a cart or an order was slow. */
function recoveryMs(phase: Phase): number | undefined {
  const hangs = phase.faults.filter(({ kind }) => kind === 'hang');
  if (hangs.length === 0) return undefined;
  return lastedUntilMs(
    phase,
    lastFaultEndMs(hangs),
    ({ timeToFill, timeToBuy }) => (timeToFill.p99 ?? 0) > 1_000 || (timeToBuy.p99 ?? 0) > 5_000,
  );
}
