import type { SampleValues, Watcher } from '@firedrill/core/scenario';

const value = (values: SampleValues, name: string): number => values[name] ?? 0;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const usd = (amount: number): string => `$${Math.round(amount).toLocaleString('en-US')}`;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'load-rising',
    severity: 'info',
    when: (values) => value(values, 'orders') >= 4,
    forSeconds: 3,
    text: (values) => `load rises: ${value(values, 'orders')} orders in this second`,
    shows: ['orders'],
  },
  {
    name: 'payments-slow',
    severity: 'warning',
    when: (values) => value(values, 'paymentP50Ms') > 1_000,
    forSeconds: 3,
    text: (values) => `payments are slow: half take over ${seconds(value(values, 'paymentP50Ms'))}`,
    shows: ['paymentP50Ms', 'paymentP99Ms'],
    cleared: {
      name: 'payments-fast-again',
      forSeconds: 10,
      text: (_values, activeMs) => `payments are fast again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'payments-over-ten-seconds',
    severity: 'critical',
    when: (values) => value(values, 'paymentP50Ms') > 10_000,
    forSeconds: 3,
    text: (values) => `half of the payments take over ${seconds(value(values, 'paymentP50Ms'))}`,
    shows: ['paymentP50Ms', 'paymentP99Ms'],
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: (values) => value(values, 'poolFree') === 0 && value(values, 'poolWaiting') > 0,
    forSeconds: 2,
    text: (values) =>
      `connection pool exhausted: ${value(values, 'poolInUse')} in use, ${value(values, 'poolWaiting')} payments wait`,
    shows: ['poolInUse', 'poolWaiting'],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_values, activeMs) => `connections are free again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'pool-refusing',
    severity: 'critical',
    when: (values) => value(values, 'poolRefused') > 0,
    text: (values) =>
      `payments are refused: no connection in time (${value(values, 'poolRefused')} so far)`,
    shows: ['poolRefused'],
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: (values) => value(values, 'paid') === 0 && value(values, 'paymentsInFlight') > 10,
    forSeconds: 10,
    text: (values) =>
      `frozen: no payment in ten seconds, ${value(values, 'paymentsInFlight')} in flight`,
    shows: ['paymentsInFlight'],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_values, activeMs) => `payments go through again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'customers-retrying',
    severity: 'warning',
    when: (values) => value(values, 'customerRetries') > 0.5 * value(values, 'orders'),
    forSeconds: 5,
    text: (values) =>
      `customers press "pay" again: ${value(values, 'customerRetries')} retries on ${value(values, 'orders')} orders in this second`,
    shows: ['customerRetries', 'orders'],
  },
  {
    name: 'payments-stuck',
    severity: 'critical',
    when: (values) => value(values, 'stuckPayments') >= 10,
    forSeconds: 5,
    text: (values) =>
      `${value(values, 'stuckPayments')} payments are stuck for over 10 s, ${usd(value(values, 'stuckUsd'))} in them`,
    shows: ['stuckPayments', 'stuckUsd'],
  },
  {
    name: 'events-refused',
    severity: 'warning',
    when: (values) => value(values, 'refusedEvents') > 0,
    text: (values) => `the queue is full: ${value(values, 'refusedEvents')} events refused`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => value(values, 'leftBehind') > 1_000,
    text: (values) => `${value(values, 'leftBehind')} listeners registered and not removed`,
    shows: ['leftBehind'],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: (values) => value(values, 'breakersOpen') + value(values, 'breakersHalfOpen') > 0,
    text: (values) => `circuit breakers open for ${value(values, 'breakersOpen')} merchants`,
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_values, activeMs) => `all circuit breakers closed, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'dead-letters',
    severity: 'warning',
    when: (values) => value(values, 'deadLetters') > 0,
    text: (values) => `webhooks become dead letters: ${value(values, 'deadLetters')}`,
    shows: ['deadLetters'],
    cleared: {
      name: 'dead-letters-empty',
      forSeconds: 5,
      text: (_values, activeMs) => `all dead letters delivered, after ${seconds(activeMs)}`,
    },
  },
];
