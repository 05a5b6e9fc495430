import {
  type Charts,
  counter,
  defineMeasures,
  gauge,
  histogram,
} from '@firedrill/core/scenario/measures';

/** The charts of a run. */
export const charts = {
  rate: { title: 'Orders', unit: 'per-second' },
  latency: { title: 'Time to pay', unit: 'ms', scale: 'log' },
  connections: { title: 'Database connections', unit: 'count' },
  'in-flight': { title: 'In flight', unit: 'count' },
  queue: { title: 'Backlog and dead letters', unit: 'count' },
  breakers: { title: 'Circuit breakers of merchants', unit: 'count' },
  left: { title: 'Left behind', unit: 'count', isAside: true },
  money: { title: 'Charged, and the customer does not know', unit: 'usd' },
} as const satisfies Charts;

/** What the world outside measures: customers, merchants, gateways and the database. */
export const measures = defineMeasures({
  orders: counter({ label: 'orders', chart: 'rate' }),
  paid: counter({ label: 'paid', chart: 'rate' }),
  declined: counter({ label: 'declined' }),
  customerRetries: counter({ label: 'customers trying again', chart: 'rate' }),
  failedAttempts: counter({ label: 'attempts that failed' }),
  timedOutAttempts: counter({ label: 'attempts that took too long' }),
  gaveUp: counter({ label: 'customers who gave up' }),
  /** From the first press of "pay" to the answer, or to giving up. */
  timeToPay: histogram({ label: 'time to pay', unit: 'ms', chart: 'latency' }),
  /** From a capture to the arrival at a merchant that is well all the time. */
  webhookToHealthy: histogram({
    label: 'webhook to a healthy merchant',
    unit: 'ms',
    chart: 'latency',
    drawn: [99],
  }),
  webhookToSick: histogram({ label: 'webhook to a merchant that hangs at some time', unit: 'ms' }),
  connectionsInUse: gauge({ label: 'in use', unit: 'count', chart: 'connections' }),
  connectionsWaiting: gauge({ label: 'payments waiting', unit: 'count', chart: 'connections' }),
  connectionsRefused: gauge({ label: 'payments refused for want of one', unit: 'count' }),
  paymentsInFlight: gauge({ label: 'payments', unit: 'count', chart: 'in-flight' }),
  sideCallsInFlight: gauge({ label: 'side calls', unit: 'count', chart: 'in-flight' }),
  stuckPayments: gauge({ label: 'stuck over 10 s', unit: 'count', chart: 'in-flight' }),
  stuckUsd: gauge({ label: 'in payments stuck over 10 s', unit: 'usd' }),
  handlers: gauge({ label: 'handlers registered', unit: 'count', chart: 'left' }),
  unhandledRejections: gauge({ label: 'unhandled rejections', unit: 'count', chart: 'left' }),
  deadLetters: gauge({ label: 'dead letters kept', unit: 'count', chart: 'queue' }),
  limboUsd: gauge({ label: 'in limbo', unit: 'usd', chart: 'money' }),
  doubleCharges: counter({ label: 'double charges' }),
});
