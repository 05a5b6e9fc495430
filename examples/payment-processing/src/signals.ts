import { inSeconds, valueOf, type Watcher } from '@firedrill/core/scenario';

const usd = (amount: number): string => `$${Math.round(amount).toLocaleString('en-US')}`;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'load-rising',
    severity: 'info',
    when: (values) => valueOf(values, 'orders') >= 4,
    forSeconds: 3,
    text: (values) => `load rises: ${valueOf(values, 'orders')} orders in this second`,
    shows: ['orders'],
  },
  {
    name: 'payments-slow',
    severity: 'warning',
    when: (values) => valueOf(values, 'paymentP50Ms') > 1_000,
    forSeconds: 3,
    text: (values) =>
      `payments are slow: half take over ${inSeconds(valueOf(values, 'paymentP50Ms'))}`,
    shows: ['paymentP50Ms', 'paymentP99Ms'],
    cleared: {
      name: 'payments-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) => `payments are fast again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'payments-over-ten-seconds',
    severity: 'critical',
    when: (values) => valueOf(values, 'paymentP50Ms') > 10_000,
    forSeconds: 3,
    text: (values) =>
      `half of the payments take over ${inSeconds(valueOf(values, 'paymentP50Ms'))}`,
    shows: ['paymentP50Ms', 'paymentP99Ms'],
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: (values) => valueOf(values, 'poolFree') === 0 && valueOf(values, 'poolWaiting') > 0,
    forSeconds: 2,
    text: (values) =>
      `connection pool exhausted: ${valueOf(values, 'poolInUse')} in use, ${valueOf(values, 'poolWaiting')} payments wait`,
    shows: ['poolInUse', 'poolWaiting'],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_values, activeMs) => `connections are free again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'pool-refusing',
    severity: 'critical',
    when: (values) => valueOf(values, 'poolRefused') > 0,
    text: (values) =>
      `payments are refused: no connection in time (${valueOf(values, 'poolRefused')} so far)`,
    shows: ['poolRefused'],
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: (values) => valueOf(values, 'paid') === 0 && valueOf(values, 'paymentsInFlight') > 10,
    forSeconds: 10,
    text: (values) =>
      `frozen: no payment in ten seconds, ${valueOf(values, 'paymentsInFlight')} in flight`,
    shows: ['paymentsInFlight'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `payments go through again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'customers-retrying',
    severity: 'warning',
    when: (values) => valueOf(values, 'customerRetries') > 0.5 * valueOf(values, 'orders'),
    forSeconds: 5,
    text: (values) =>
      `customers press "pay" again: ${valueOf(values, 'customerRetries')} retries on ${valueOf(values, 'orders')} orders in this second`,
    shows: ['customerRetries', 'orders'],
  },
  {
    name: 'payments-stuck',
    severity: 'critical',
    when: (values) => valueOf(values, 'stuckPayments') >= 10,
    forSeconds: 5,
    text: (values) =>
      `${valueOf(values, 'stuckPayments')} payments are stuck for over 10 s, ${usd(valueOf(values, 'stuckUsd'))} in them`,
    shows: ['stuckPayments', 'stuckUsd'],
  },
  {
    name: 'events-refused',
    severity: 'warning',
    when: (values) => valueOf(values, 'refusedEvents') > 0,
    text: (values) => `the queue is full: ${valueOf(values, 'refusedEvents')} events refused`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => valueOf(values, 'leftBehind') > 1_000,
    text: (values) => `${valueOf(values, 'leftBehind')} listeners registered and not removed`,
    shows: ['leftBehind'],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: (values) => valueOf(values, 'breakersOpen') + valueOf(values, 'breakersHalfOpen') > 0,
    text: (values) => `circuit breakers open for ${valueOf(values, 'breakersOpen')} merchants`,
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_values, activeMs) => `all circuit breakers closed, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'dead-letters',
    severity: 'warning',
    when: (values) => valueOf(values, 'deadLetters') > 0,
    text: (values) => `webhooks become dead letters: ${valueOf(values, 'deadLetters')}`,
    shows: ['deadLetters'],
    cleared: {
      name: 'dead-letters-empty',
      forSeconds: 5,
      text: (_values, activeMs) => `all dead letters delivered, after ${inSeconds(activeMs)}`,
    },
  },
];
