import { inSeconds, type SampleValues, valueOf, type Watcher } from '@firedrill/core/scenario';

/** Orders are under way, and none is confirmed. */
const isFrozen = (values: SampleValues): boolean =>
  valueOf(values, 'bought') === 0 && valueOf(values, 'ordersInFlight') > 10;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'load-rising',
    severity: 'info',
    when: (values) => valueOf(values, 'carts') >= 3,
    forSeconds: 5,
    text: (values) => `load rises: ${valueOf(values, 'carts')} carts in this second`,
    shows: ['carts'],
  },
  {
    name: 'orders-slow',
    severity: 'warning',
    when: (values) => valueOf(values, 'orderP50Ms') > 3_000 || isFrozen(values),
    forSeconds: 3,
    text: (values) =>
      isFrozen(values)
        ? `orders are slow: none of ${valueOf(values, 'ordersInFlight')} ends`
        : `orders are slow: half take over ${inSeconds(valueOf(values, 'orderP50Ms'))}`,
    shows: ['orderP50Ms', 'orderP99Ms'],
    cleared: {
      name: 'orders-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) => `orders are fast again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: (values) => valueOf(values, 'poolFree') === 0 && valueOf(values, 'poolWaiting') > 0,
    forSeconds: 2,
    text: (values) =>
      `connection pool exhausted: ${valueOf(values, 'poolInUse')} in use, ${valueOf(values, 'poolWaiting')} shoppers wait`,
    shows: ['poolInUse', 'poolWaiting'],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_values, activeMs) => `connections are free again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: isFrozen,
    forSeconds: 10,
    text: (values) =>
      `frozen: no sale in ten seconds, ${valueOf(values, 'ordersInFlight')} orders in flight`,
    shows: ['ordersInFlight'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `orders go through again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'shoppers-retrying',
    severity: 'warning',
    when: (values) => 2 * valueOf(values, 'retries') > valueOf(values, 'presses'),
    forSeconds: 5,
    text: (values) =>
      `retries double the load: ${valueOf(values, 'retries')} of ${valueOf(values, 'presses')} presses in this second are repetitions`,
    shows: ['retries', 'presses'],
  },
  {
    name: 'units-off',
    severity: 'critical',
    when: (values) => valueOf(values, 'unitsOff') >= 10,
    text: (values) =>
      `the stock does not add up: ${valueOf(values, 'unitsOff')} units are in no account`,
    shows: ['unitsOff'],
  },
  {
    name: 'oversold-many',
    severity: 'critical',
    when: (values) => valueOf(values, 'oversoldUnits') >= 50,
    text: (values) => `${valueOf(values, 'oversoldUnits')} units are sold that do not exist`,
    shows: ['oversoldUnits'],
  },
  {
    name: 'carts-expire',
    severity: 'info',
    when: (values) => valueOf(values, 'expired') > 0,
    text: (values) =>
      `abandoned carts expire: ${valueOf(values, 'expired')} so far, their units are on sale again`,
    shows: ['expired', 'openReservations'],
  },
  {
    name: 'updates-refused',
    severity: 'warning',
    when: (values) => valueOf(values, 'refusedUpdates') > 0,
    text: (values) => `the queue is full: ${valueOf(values, 'refusedUpdates')} changes refused`,
    shows: ['refusedUpdates', 'backlog'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => valueOf(values, 'leftBehind') > 500,
    text: (values) => `${valueOf(values, 'leftBehind')} listeners registered and not removed`,
    shows: ['leftBehind'],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: (values) => valueOf(values, 'breakersOpen') + valueOf(values, 'breakersHalfOpen') > 0,
    text: (values) =>
      `circuit breakers open for ${valueOf(values, 'breakersOpen') + valueOf(values, 'breakersHalfOpen')} of the twelve services`,
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_values, activeMs) => `all circuit breakers closed, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'updates-missed',
    severity: 'warning',
    when: (values) => valueOf(values, 'missedUpdates') >= 20,
    text: (values) =>
      `${valueOf(values, 'missedUpdates')} products wait for a service that missed their change`,
    shows: ['missedUpdates'],
  },
];
