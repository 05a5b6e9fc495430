import { defineSignals, formatDuration } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import { reports } from './reports.ts';
import type { Payments } from './types.ts';

const usd = (amount: number): string => `$${Math.round(amount).toLocaleString('en-US')}`;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const signals = defineSignals<Payments>()([
  {
    name: 'load-rising',
    severity: 'info',
    when: ({ measured }) => measured.orders >= 4,
    forSeconds: 3,
    text: ({ measured }) => `load rises: ${measured.orders} orders in this second`,
    shows: [measures.orders],
  },
  {
    name: 'payments-slow',
    severity: 'warning',
    when: ({ measured }) => (measured.timeToPay.p50 ?? 0) > 1_000,
    forSeconds: 3,
    text: ({ measured }) =>
      `payments are slow: half take over ${formatDuration(measured.timeToPay.p50 ?? 0)}`,
    shows: [measures.timeToPay],
    cleared: {
      name: 'payments-fast-again',
      forSeconds: 10,
      text: (_second, activeMs) => `payments are fast again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'payments-over-ten-seconds',
    severity: 'critical',
    when: ({ measured }) => (measured.timeToPay.p50 ?? 0) > 10_000,
    forSeconds: 3,
    text: ({ measured }) =>
      `half of the payments take over ${formatDuration(measured.timeToPay.p50 ?? 0)}`,
    shows: [measures.timeToPay],
  },
  {
    name: 'pool-exhausted',
    severity: 'critical',
    when: ({ measured, settings }) =>
      measured.connectionsInUse >= settings.connections && measured.connectionsWaiting > 0,
    forSeconds: 2,
    text: ({ measured }) =>
      `connection pool exhausted: ${measured.connectionsInUse} in use, ${measured.connectionsWaiting} payments wait`,
    shows: [measures.connectionsInUse, measures.connectionsWaiting],
    cleared: {
      name: 'pool-free',
      forSeconds: 10,
      text: (_second, activeMs) => `connections are free again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'pool-refusing',
    severity: 'critical',
    when: ({ measured }) => measured.connectionsRefused > 0,
    text: ({ measured }) =>
      `payments are refused: no connection in time (${measured.connectionsRefused} so far)`,
    shows: [measures.connectionsRefused],
  },
  {
    name: 'frozen',
    severity: 'critical',
    when: ({ measured }) => measured.paid === 0 && measured.paymentsInFlight > 10,
    forSeconds: 10,
    text: ({ measured }) =>
      `frozen: no payment in ten seconds, ${measured.paymentsInFlight} in flight`,
    shows: [measures.paymentsInFlight],
    cleared: {
      name: 'thawed',
      forSeconds: 5,
      text: (_second, activeMs) => `payments go through again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'customers-retrying',
    severity: 'warning',
    when: ({ measured }) => measured.customerRetries > 0.5 * measured.orders,
    forSeconds: 5,
    text: ({ measured }) =>
      `customers press "pay" again: ${measured.customerRetries} retries on ${measured.orders} orders in this second`,
    shows: [measures.customerRetries, measures.orders],
  },
  {
    name: 'payments-stuck',
    severity: 'critical',
    when: ({ measured }) => measured.stuckPayments >= 10,
    forSeconds: 5,
    text: ({ measured }) =>
      `${measured.stuckPayments} payments are stuck for over 10 s, ${usd(measured.stuckUsd)} in them`,
    shows: [measures.stuckPayments, measures.stuckUsd],
  },
  {
    name: 'events-refused',
    severity: 'warning',
    when: ({ reported }) => reported.refusedEvents > 0,
    text: ({ reported }) => `the queue is full: ${reported.refusedEvents} events refused`,
    shows: [reports.refusedEvents, reports.backlog],
  },
  {
    name: 'breakers-open',
    severity: 'warning',
    when: ({ reported }) => reported.breakersOpen + reported.breakersHalfOpen > 0,
    text: ({ reported }) => `circuit breakers open for ${reported.breakersOpen} merchants`,
    shows: [reports.breakersOpen, reports.breakersHalfOpen],
    cleared: {
      name: 'breakers-closed',
      forSeconds: 5,
      text: (_second, activeMs) => `all circuit breakers closed, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'dead-letters',
    severity: 'warning',
    when: ({ measured }) => measured.deadLetters > 0,
    text: ({ measured }) => `webhooks become dead letters: ${measured.deadLetters}`,
    shows: [measures.deadLetters],
    cleared: {
      name: 'dead-letters-empty',
      forSeconds: 5,
      text: (_second, activeMs) => `all dead letters delivered, after ${formatDuration(activeMs)}`,
    },
  },
]);
