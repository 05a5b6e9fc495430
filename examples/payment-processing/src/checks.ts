import { noUnhandledRejection, nothingLeftBehind, type Rule } from '@firedrill/core/scenario';
import { answeredRatio, lostWebhooks, worstFiveMinutes } from './measurements.ts';
import type { PaymentSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type PaymentRule = Rule<Settings, World, PaymentSystem>;

const usd = (cents: number): string => `$${Math.round(cents / 100).toLocaleString('en-US')}`;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** Longest 99th percentile of any five minutes, from the first press of "pay" to the answer. */
const paymentP99Ms = 400;

/** Longest 99th percentile from a capture to the arrival at a merchant that is well. */
const healthyWebhookP99Ms = 2_000;

/** What must be true of a payment platform, whoever builds it. */
export const rules: readonly PaymentRule[] = [
  {
    name: 'no-double-charge',
    title: 'no order is charged twice',
    kind: 'invariant',
    expected: '0 double charges at the gateways',
    evaluate({ world }) {
      const { doubleCharges, doubleChargedCents } = world.services.truth.totals;
      return {
        holds: doubleCharges === 0,
        observed: `${doubleCharges} double charges, ${usd(doubleChargedCents)}`,
      };
    },
  },
  {
    name: 'no-double-credit',
    title: 'no charge is credited to its merchant twice',
    kind: 'invariant',
    expected: '0 double credits in the books',
    evaluate({ world }) {
      const { doubleCredits } = world.services.books;
      return { holds: doubleCredits === 0, observed: `${doubleCredits} double credits` };
    },
  },
  {
    name: 'no-money-in-limbo',
    title: 'whoever was charged was told so',
    kind: 'invariant',
    expected: '$0 charged without an answer to the customer',
    evaluate({ world }) {
      const { limboCents } = world.services.truth.totals;
      return { holds: limboCents === 0, observed: `${usd(limboCents)} in limbo` };
    },
  },
  {
    name: 'webhooks-accounted',
    title: 'every webhook is delivered or a dead letter',
    kind: 'invariant',
    expected: '0 webhooks lost',
    evaluate(phase) {
      const { charges, webhooksDelivered } = phase.world.services.truth.totals;
      const lost = lostWebhooks(phase).length;
      const kept = phase.system.deadLetters?.size ?? 0;
      return {
        holds: lost === 0,
        observed: `${charges} due: ${webhooksDelivered} delivered, ${kept} dead letters, ${lost} lost`,
      };
    },
  },
  noUnhandledRejection(),
  nothingLeftBehind('customer'),
  {
    name: 'authorisation-p99',
    title: 'paying takes less than 400 ms at the 99th percentile, throughout',
    kind: 'objective',
    expected: `under ${ms(paymentP99Ms)} in every five minutes`,
    evaluate(phase) {
      const { valueMs, fromMs } = worstFiveMinutes(phase);
      return {
        holds: valueMs < paymentP99Ms,
        observed: `${ms(valueMs)} in the worst five minutes (from minute ${fromMs / 60_000})`,
      };
    },
  },
  {
    name: 'orders-answered',
    title: 'customers get an answer',
    kind: 'objective',
    expected: 'at least 99.9 % of the orders',
    evaluate(phase) {
      const ratio = answeredRatio(phase);
      return { holds: ratio >= 0.999, observed: `${(100 * ratio).toFixed(2)} %` };
    },
  },
  {
    name: 'healthy-merchants',
    title: 'merchants that are well do not feel those that are sick',
    kind: 'objective',
    expected: `webhooks to them under ${ms(healthyWebhookP99Ms)} at the 99th percentile, none lost`,
    evaluate(phase) {
      const { meter, world } = phase;
      const valueMs = meter.percentile('healthyWebhook', 99);
      const lost = lostWebhooks(phase).filter(({ merchantId }) => !world.isSick(merchantId)).length;
      return {
        holds: valueMs < healthyWebhookP99Ms && lost === 0,
        observed: `${ms(valueMs)} at the 99th percentile, ${lost} lost`,
      };
    },
  },
];
