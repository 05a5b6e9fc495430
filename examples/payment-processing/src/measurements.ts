import {
  type Example,
  lastedUntilMs,
  lastFaultEndMs,
  type Phase,
  timeWhileMs,
  worstWindow,
} from '@firedrill/core/scenario';
import type { PaymentSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** What is drawn, sampled and summarised: names here are names in the record. */

type Measurements = Pick<Example<Settings, World, PaymentSystem>, 'charts' | 'series' | 'metrics'>;
export type PaymentPhase = Phase<Settings, World, PaymentSystem>;

export const charts: Measurements['charts'] = [
  { id: 'rate', title: 'Orders', unit: 'per-second', scale: 'linear' },
  { id: 'latency', title: 'Time to pay', unit: 'ms', scale: 'log' },
  { id: 'connections', title: 'Database connections', unit: 'count', scale: 'linear' },
  { id: 'in-flight', title: 'In flight', unit: 'count', scale: 'linear' },
  { id: 'queue', title: 'Backlog and dead letters', unit: 'count', scale: 'linear' },
  { id: 'breakers', title: 'Circuit breakers of merchants', unit: 'count', scale: 'linear' },
  { id: 'money', title: 'Charged, and the customer does not know', unit: 'usd', scale: 'linear' },
];

export const series: Measurements['series'] = [
  { name: 'orders', label: 'orders', unit: 'per-second', chart: 'rate' },
  { name: 'paid', label: 'paid', unit: 'per-second', chart: 'rate' },
  { name: 'customerRetries', label: 'customers trying again', unit: 'per-second', chart: 'rate' },
  { name: 'paymentP50Ms', label: 'p50', unit: 'ms', chart: 'latency' },
  { name: 'paymentP99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  { name: 'healthyWebhookP99Ms', label: 'webhook p99, healthy', unit: 'ms', chart: 'latency' },
  { name: 'poolInUse', label: 'in use', unit: 'count', chart: 'connections' },
  { name: 'poolWaiting', label: 'payments waiting', unit: 'count', chart: 'connections' },
  { name: 'paymentsInFlight', label: 'payments', unit: 'count', chart: 'in-flight' },
  { name: 'sideCallsInFlight', label: 'side calls', unit: 'count', chart: 'in-flight' },
  { name: 'stuckPayments', label: 'stuck over 10 s', unit: 'count', chart: 'in-flight' },
  { name: 'backlog', label: 'backlog', unit: 'count', chart: 'queue' },
  { name: 'deadLetters', label: 'dead letters', unit: 'count', chart: 'queue' },
  { name: 'breakersOpen', label: 'open', unit: 'count', chart: 'breakers' },
  { name: 'breakersHalfOpen', label: 'half-open', unit: 'count', chart: 'breakers' },
  { name: 'limboUsd', label: 'in limbo', unit: 'usd', chart: 'money' },
];

export const metrics: Measurements['metrics'] = [
  { name: 'orders', label: 'orders', unit: 'count', better: 'neither' },
  {
    name: 'paidRatio',
    label: 'orders paid or declined for a reason',
    unit: 'ratio',
    better: 'higher',
  },
  { name: 'paymentP50Ms', label: 'time to pay, p50', unit: 'ms', better: 'lower' },
  { name: 'paymentP99Ms', label: 'time to pay, p99', unit: 'ms', better: 'lower' },
  {
    name: 'worstWindowP99Ms',
    label: 'time to pay, p99 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
  },
  { name: 'frozenMs', label: 'time without a single payment', unit: 'ms', better: 'lower' },
  { name: 'stuckPeak', label: 'most payments stuck at once', unit: 'count', better: 'lower' },
  { name: 'stuckUsdPeak', label: 'most money stuck at once', unit: 'usd', better: 'lower' },
  {
    name: 'poolRefused',
    label: 'payments refused by the connection pool',
    unit: 'count',
    better: 'lower',
  },
  { name: 'customerRetries', label: 'customers trying again', unit: 'count', better: 'lower' },
  { name: 'doubleCharges', label: 'double charges', unit: 'count', better: 'lower' },
  { name: 'doubleChargedUsd', label: 'charged twice', unit: 'usd', better: 'lower' },
  { name: 'doubleCredits', label: 'merchants credited twice', unit: 'count', better: 'lower' },
  { name: 'limboUsd', label: 'charged, customer never told', unit: 'usd', better: 'lower' },
  { name: 'charges', label: 'webhooks due', unit: 'count', better: 'neither' },
  { name: 'webhooksDelivered', label: 'webhooks delivered', unit: 'count', better: 'higher' },
  { name: 'webhooksLost', label: 'webhooks lost', unit: 'count', better: 'lower' },
  { name: 'deadLettersPeak', label: 'most dead letters at once', unit: 'count', better: 'neither' },
  { name: 'replayed', label: 'dead letters replayed', unit: 'count', better: 'neither' },
  {
    name: 'healthyWebhookP99Ms',
    label: 'webhook to a healthy merchant, p99',
    unit: 'ms',
    better: 'lower',
  },
  { name: 'sideCallsPeak', label: 'most side calls in flight', unit: 'count', better: 'neither' },
  { name: 'unhandledRejections', label: 'unhandled rejections', unit: 'count', better: 'lower' },
  { name: 'leftBehind', label: 'listeners left behind', unit: 'count', better: 'lower' },
  {
    name: 'backlogMs',
    label: 'backlog gone after merchants answer again',
    unit: 'ms',
    better: 'neither',
  },
  {
    name: 'recoveryMs',
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
  },
];

/** The merchants' fault, whose end the backlog is measured from. */
const hangs = ({ kind, service }: { kind: string; service: string }): boolean =>
  kind === 'hang' && service === 'webhooks';

export function summarize(phase: PaymentPhase): Record<string, number> {
  const { meter, world, system } = phase;
  const { totals } = world.services.truth;
  return {
    orders: totals.orders,
    paidRatio: answeredRatio(phase),
    paymentP50Ms: meter.percentile('payment', 50),
    paymentP99Ms: meter.percentile('payment', 99),
    worstWindowP99Ms: worstFiveMinutes(phase).valueMs,
    frozenMs: frozenMs(phase),
    stuckPeak: meter.peak('stuckPayments'),
    stuckUsdPeak: meter.peak('stuckUsd'),
    poolRefused: meter.peak('poolRefused'),
    customerRetries: meter.total('customerRetries'),
    doubleCharges: totals.doubleCharges,
    doubleChargedUsd: totals.doubleChargedCents / 100,
    doubleCredits: world.services.books.doubleCredits,
    limboUsd: totals.limboCents / 100,
    charges: totals.charges,
    webhooksDelivered: totals.webhooksDelivered,
    webhooksLost: lostWebhooks(phase).length,
    deadLettersPeak: meter.peak('deadLetters'),
    replayed: meter.total('replayed'),
    healthyWebhookP99Ms: meter.percentile('healthyWebhook', 99),
    sideCallsPeak: meter.peak('sideCallsInFlight'),
    unhandledRejections: meter.total('unhandledRejections'),
    leftBehind: system.leftBehind?.() ?? 0,
    backlogMs: backlogMs(phase),
    recoveryMs: recoveryMs(phase),
  };
}

/** Share of orders that ended in an answer, be it a decline. */
export function answeredRatio({ meter }: PaymentPhase): number {
  const orders = meter.total('orders');
  return orders === 0 ? 1 : (meter.total('paid') + meter.total('declined')) / orders;
}

/** The five minutes with the highest 99th percentile of the time to pay. */
export const worstFiveMinutes = ({ meter }: PaymentPhase) => worstWindow(meter, 'payment', 99);

/** Time with orders and not one payment, counted from ten such seconds in a row, in ms. */
export const frozenMs = ({ samples }: PaymentPhase): number =>
  timeWhileMs(
    samples,
    ({ paid = 0, paymentsInFlight = 0 }) => paid === 0 && paymentsInFlight > 10,
    { atLeastSeconds: 10 },
  );

/** Webhooks of charged payments that neither arrived nor lie in the dead letters. */
export function lostWebhooks({ world, system }: PaymentPhase) {
  const undelivered = world.services.truth.undeliveredWebhooks();
  return undelivered.filter(({ paymentId }) => system.deadLetters?.has(paymentId) !== true);
}

/** Time from the end of the hanging to the last second with a backlog or a dead letter. */
const backlogMs = ({ context, samples }: PaymentPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(context.faults.filter(hangs)),
    ({ backlog = 0, deadLetters = 0 }) => backlog > 100 || deadLetters > 0,
  );

/** Time from the end of the last fault to the last second with a payment that is slow or stuck. */
const recoveryMs = ({ context, samples }: PaymentPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(context.faults),
    ({ paymentP99Ms = 0, stuckPayments = 0 }) => paymentP99Ms > 2_000 || stuckPayments > 0,
  );
