import { defineSignals, formatValue, type WatchedSecond } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import { reports } from './reports.ts';
import type { Inventory } from './types.ts';

type Shop = WatchedSecond<Inventory>;

const duration = (ms: number | undefined): string => formatValue(ms, 'ms');

/** Orders are under way, and none is confirmed. */
const isFrozen = ({ measured }: Shop): boolean =>
  measured.bought === 0 && measured.ordersInFlight > 10;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const signals = defineSignals<Inventory>()([
  {
    name: 'load-rising',
    severity: 'info',
    when: ({ measured }) => measured.carts >= 3,
    forSeconds: 5,
    text: ({ measured }) => `load rises: ${measured.carts} carts in this second`,
    shows: [measures.carts],
  },
  {
    name: 'orders-slow',
    severity: 'warning',
    when: (second) => (second.measured.timeToBuy.p50 ?? 0) > 3_000 || isFrozen(second),
    forSeconds: 3,
    text: (second) =>
      isFrozen(second)
        ? `orders are slow: none of ${second.measured.ordersInFlight} ends`
        : `orders are slow: half take over ${duration(second.measured.timeToBuy.p50)}`,
    shows: [measures.timeToBuy],
    cleared: {
      name: 'orders-fast-again',
      forSeconds: 10,
      text: (_second, activeMs) => `orders are fast again, after ${duration(activeMs)}`,
    },
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: ({ measured }) => measured.connectionsWaitedFor > 0,
    forSeconds: 2,
    text: ({ measured }) =>
      `connection pool exhausted: ${measured.connectionsInUse} in use, ${measured.connectionsWaitedFor} shoppers wait`,
    shows: [measures.connectionsInUse, measures.connectionsWaitedFor],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_second, activeMs) => `connections are free again, after ${duration(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: isFrozen,
    forSeconds: 10,
    text: ({ measured }) =>
      `frozen: no sale in ten seconds, ${measured.ordersInFlight} orders in flight`,
    shows: [measures.ordersInFlight],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_second, activeMs) => `orders go through again, after ${duration(activeMs)}`,
    },
  },
  {
    name: 'shoppers-retrying',
    severity: 'warning',
    when: ({ measured }) => 2 * measured.retries > measured.presses,
    forSeconds: 5,
    text: ({ measured }) =>
      `retries double the load: ${measured.retries} of ${measured.presses} presses in this second are repetitions`,
    shows: [measures.retries, measures.presses],
  },
  {
    name: 'units-off',
    severity: 'critical',
    when: ({ measured }) => measured.unitsOff >= 10,
    text: ({ measured }) =>
      `the stock does not add up: ${measured.unitsOff} units are in no account`,
    shows: [measures.unitsOff],
  },
  {
    name: 'oversold-many',
    severity: 'critical',
    when: ({ measured }) => measured.oversoldUnits >= 50,
    text: ({ measured }) => `${measured.oversoldUnits} units are sold that do not exist`,
    shows: [measures.oversoldUnits],
  },
  {
    name: 'units-locked-away',
    severity: 'warning',
    when: ({ measured }) => measured.lockedAway >= 10,
    text: ({ measured }) =>
      `${measured.lockedAway} units lie on the shelf, belong to nobody, and are not for sale`,
    shows: [measures.lockedAway],
  },
  {
    name: 'carts-expire',
    severity: 'info',
    when: ({ measured }) => measured.expired > 0,
    text: ({ measured }) =>
      `abandoned carts expire: ${measured.expired} so far, their units are on sale again`,
    shows: [measures.expired, measures.openReservations],
  },
  {
    name: 'updates-refused',
    severity: 'warning',
    when: ({ reported }) => reported.refusedUpdates > 0,
    text: ({ reported }) => `the queue is full: ${reported.refusedUpdates} changes refused`,
    shows: [reports.refusedUpdates, reports.backlog],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: ({ reported }) => reported.listeners > 500,
    text: ({ reported }) => `${reported.listeners} listeners registered and not removed`,
    shows: [reports.listeners],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: ({ reported }) => reported.breakersOpen + reported.breakersHalfOpen > 0,
    text: ({ reported }) =>
      `circuit breakers open for ${reported.breakersOpen + reported.breakersHalfOpen} of the twelve services`,
    shows: [reports.breakersOpen, reports.breakersHalfOpen],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_second, activeMs) => `all circuit breakers closed, after ${duration(activeMs)}`,
    },
  },
  {
    name: 'updates-missed',
    severity: 'warning',
    when: ({ reported }) => reported.missedUpdates >= 20,
    text: ({ reported }) =>
      `${reported.missedUpdates} products wait for a service that missed their change`,
    shows: [reports.missedUpdates],
  },
]);
