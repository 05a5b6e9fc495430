import type { SampleValues, Watcher } from '@firedrill/core/scenario';

const value = (values: SampleValues, name: string): number => values[name] ?? 0;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Orders are under way, and none is confirmed. */
const isFrozen = (values: SampleValues): boolean =>
  value(values, 'bought') === 0 && value(values, 'ordersInFlight') > 10;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'load-rising',
    severity: 'info',
    when: (values) => value(values, 'carts') >= 3,
    forSeconds: 5,
    text: (values) => `load rises: ${value(values, 'carts')} carts in this second`,
    shows: ['carts'],
  },
  {
    name: 'orders-slow',
    severity: 'warning',
    when: (values) => value(values, 'orderP50Ms') > 3_000 || isFrozen(values),
    forSeconds: 3,
    text: (values) =>
      isFrozen(values)
        ? `orders are slow: none of ${value(values, 'ordersInFlight')} ends`
        : `orders are slow: half take over ${seconds(value(values, 'orderP50Ms'))}`,
    shows: ['orderP50Ms', 'orderP99Ms'],
    cleared: {
      name: 'orders-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) => `orders are fast again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: (values) => value(values, 'poolFree') === 0 && value(values, 'poolWaiting') > 0,
    forSeconds: 2,
    text: (values) =>
      `connection pool exhausted: ${value(values, 'poolInUse')} in use, ${value(values, 'poolWaiting')} shoppers wait`,
    shows: ['poolInUse', 'poolWaiting'],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_values, activeMs) => `connections are free again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: isFrozen,
    forSeconds: 10,
    text: (values) =>
      `frozen: no sale in ten seconds, ${value(values, 'ordersInFlight')} orders in flight`,
    shows: ['ordersInFlight'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `orders go through again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'shoppers-retrying',
    severity: 'warning',
    when: (values) => 2 * value(values, 'retries') > value(values, 'presses'),
    forSeconds: 5,
    text: (values) =>
      `retries double the load: ${value(values, 'retries')} of ${value(values, 'presses')} presses in this second are repetitions`,
    shows: ['retries', 'presses'],
  },
  {
    name: 'units-off',
    severity: 'critical',
    when: (values) => value(values, 'unitsOff') >= 10,
    text: (values) =>
      `the stock does not add up: ${value(values, 'unitsOff')} units are in no account`,
    shows: ['unitsOff'],
  },
  {
    name: 'oversold-many',
    severity: 'critical',
    when: (values) => value(values, 'oversoldUnits') >= 50,
    text: (values) => `${value(values, 'oversoldUnits')} units are sold that do not exist`,
    shows: ['oversoldUnits'],
  },
  {
    name: 'carts-expire',
    severity: 'info',
    when: (values) => value(values, 'expired') > 0,
    text: (values) =>
      `abandoned carts expire: ${value(values, 'expired')} so far, their units are on sale again`,
    shows: ['expired', 'openReservations'],
  },
  {
    name: 'updates-refused',
    severity: 'warning',
    when: (values) => value(values, 'refusedUpdates') > 0,
    text: (values) => `the queue is full: ${value(values, 'refusedUpdates')} changes refused`,
    shows: ['refusedUpdates', 'backlog'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => value(values, 'leftBehind') > 500,
    text: (values) => `${value(values, 'leftBehind')} listeners registered and not removed`,
    shows: ['leftBehind'],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: (values) => value(values, 'breakersOpen') + value(values, 'breakersHalfOpen') > 0,
    text: (values) =>
      `circuit breakers open for ${value(values, 'breakersOpen') + value(values, 'breakersHalfOpen')} of the twelve services`,
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_values, activeMs) => `all circuit breakers closed, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'updates-missed',
    severity: 'warning',
    when: (values) => value(values, 'missedUpdates') >= 20,
    text: (values) =>
      `${value(values, 'missedUpdates')} products wait for a service that missed their change`,
    shows: ['missedUpdates'],
  },
];
