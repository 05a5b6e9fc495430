import {
  type Figures,
  type Judged,
  lastedUntilMs,
  lastFaultEndMs,
  timeWhileMs,
} from '@firedrill/core/scenario';
import { fraudCurve } from './rules/fraud.ts';
import { deservesToPay } from './truth/orders.ts';
import type { Payments } from './types.ts';

type Phase = Judged<Payments>;

/** Time with orders and not one payment, counted from ten such seconds in a row, in ms. */
export const frozenMs = (phase: Phase): number =>
  timeWhileMs(phase, ({ paid, paymentsInFlight }) => paid === 0 && paymentsInFlight > 10, {
    atLeastSeconds: 10,
  });

/** The merchants' fault, whose end the backlog is measured from. */
const hangs = ({ kind, service }: { readonly kind: string; readonly service: string }): boolean =>
  kind === 'hang' && service === 'webhooks';

/** Time from the end of the last fault to the last second in which paying was slow or stuck, in ms. */
export const recoveryMs = (phase: Phase): number =>
  lastedUntilMs(
    phase,
    lastFaultEndMs(phase.faults),
    ({ timeToPay, stuckPayments }) => (timeToPay.p99 ?? 0) > 2_000 || stuckPayments > 0,
  );

/** What the table of a run shows. */
export const figures: Figures<Payments> = {
  orders: {
    label: 'orders',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.orders.count,
  },
  paidRatio: {
    label: 'who can pay, paid',
    unit: 'ratio',
    better: 'higher',
    rule: 'paid-in-time',
    of: ({ truth }) => {
      const deserving = [...truth.orders.all()].filter(deservesToPay);
      const paid = deserving.filter(
        ({ answer, charges }) => answer?.status === 'captured' && charges.length > 0,
      );
      return deserving.length === 0 ? undefined : paid.length / deserving.length;
    },
  },
  timeToPayP50: {
    label: 'time to pay, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToPay.p50,
  },
  timeToPayP99: {
    label: 'time to pay, p99',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToPay.p99,
  },
  worstWindowP99: {
    label: 'time to pay, p99 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
    rule: 'authorisation-p99',
    of: ({ measured }) => measured.timeToPay.worstWindow(99)?.value,
  },
  frozen: { label: 'time without a single payment', unit: 'ms', better: 'lower', of: frozenMs },
  stuckPeak: {
    label: 'most payments stuck at once',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.stuckPayments.peak,
  },
  stuckUsdPeak: {
    label: 'most money stuck at once',
    unit: 'usd',
    better: 'lower',
    of: ({ measured }) => measured.stuckUsd.peak,
  },
  connectionsRefused: {
    label: 'payments refused by the connection pool',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.connectionsRefused.last,
  },
  customerRetries: {
    label: 'customers trying again',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.customerRetries.total,
  },
  doubleCharges: {
    label: 'double charges',
    unit: 'count',
    better: 'lower',
    rule: 'no-double-charge',
    of: ({ truth }) => truth.gateways.doubleCharges.count,
  },
  doubleChargedUsd: {
    label: 'charged twice',
    unit: 'usd',
    better: 'lower',
    rule: 'no-double-charge',
    of: ({ truth }) => truth.gateways.doubleCharges.cents / 100,
  },
  doubleCredits: {
    label: 'merchants credited twice',
    unit: 'count',
    better: 'lower',
    rule: 'no-double-credit',
    of: ({ truth }) => truth.hearsay.doubleCredits,
  },
  limboUsd: {
    label: 'charged, customer never told',
    unit: 'usd',
    better: 'lower',
    rule: 'no-money-in-limbo',
    of: ({ truth }) => truth.orders.limboCents / 100,
  },
  charges: {
    label: 'webhooks due',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.gateways.charges.size,
  },
  webhooksDelivered: {
    label: 'webhooks delivered',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.hearsay.webhooksDelivered,
  },
  webhooksUndelivered: {
    label: 'webhooks that never arrived',
    unit: 'count',
    better: 'lower',
    rule: 'webhooks-accounted',
    of: ({ truth }) => truth.hearsay.undeliveredWebhooks().length,
  },
  unaudited: {
    label: 'charges without an audit entry',
    unit: 'count',
    better: 'lower',
    rule: 'audit-complete',
    of: ({ truth }) => truth.hearsay.unaudited(),
  },
  repeatedReceipts: {
    label: 'receipts sent again',
    unit: 'count',
    better: 'lower',
    rule: 'receipts-once',
    of: ({ truth }) => truth.hearsay.repeatedReceipts,
  },
  deadLettersPeak: {
    label: 'most dead letters at once',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.deadLetters.peak,
  },
  webhookToHealthyP99: {
    label: 'webhook to a healthy merchant, p99',
    unit: 'ms',
    better: 'lower',
    rule: 'healthy-merchants',
    of: ({ measured }) => measured.webhookToHealthy.p99,
  },
  sideCallsPeak: {
    label: 'most side calls in flight',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.sideCallsInFlight.peak,
  },
  unhandledRejections: {
    label: 'unhandled rejections',
    unit: 'count',
    better: 'lower',
    rule: 'no-unhandled-rejection',
    of: ({ unhandledRejections }) => unhandledRejections,
  },
  handlersLeft: {
    label: 'handlers left behind',
    unit: 'count',
    better: 'lower',
    rule: 'nothing-left-behind',
    of: ({ handlersLeft }) => handlersLeft,
  },
  backlog: {
    label: 'dead letters gone after merchants answer again',
    unit: 'ms',
    better: 'neither',
    of: (phase) =>
      lastedUntilMs(
        phase,
        lastFaultEndMs(phase.faults.filter(hangs)),
        ({ deadLetters }) => deadLetters > 0,
      ),
  },
  ...fraudCurve,
  recovery: {
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
    of: recoveryMs,
  },
};
