import type { PhaseContext } from '@firedrill/core/scenario';
import type { GatewayCallback, PaymentAnswer, PaymentRequest, Webhook } from './domain.ts';
import type { Settings } from './settings.ts';

/**
 * What really happened: the charges at the gateways, the webhooks that merchants received and the
 * answers that customers got. No implementation can read or change it; the checks compare with it.
 */
export interface Truth {
  /** The gateway's side of an authorisation; the same idempotency key gives the same one again. */
  authorize(
    input: {
      readonly orderId: string;
      readonly paymentId: string;
      readonly merchantId: string;
      readonly amountCents: number;
      readonly idempotencyKey: string;
    },
    declineShare: number,
  ):
    | { readonly status: 'authorized'; readonly authorizationId: string }
    | { readonly status: 'declined' };
  /** Takes the money of an authorisation, once. */
  capture(authorizationId: string): { readonly charge: GatewayCallback; readonly isNew: boolean };
  /** What the gateway knows of an idempotency key. */
  lookup(
    idempotencyKey: string,
  ):
    | { readonly status: 'unknown' }
    | { readonly status: 'declined' }
    | { readonly status: 'authorized'; readonly authorizationId: string }
    | { readonly status: 'captured'; readonly authorizationId: string; readonly chargeId: string };
  webhookDelivered(webhook: Webhook): void;
  orderPlaced(request: PaymentRequest): void;
  customerTold(orderId: string, answer: PaymentAnswer): void;
  /** Charged payments whose webhook never arrived, by payment. */
  undeliveredWebhooks(): readonly GatewayCallback[];
  readonly totals: TruthTotals;
}

export interface TruthTotals {
  orders: number;
  ordersPaid: number;
  charges: number;
  chargedCents: number;
  doubleCharges: number;
  doubleChargedCents: number;
  /** Charged, and the customer has not been told that the payment went through. */
  limboCents: number;
  webhooksDelivered: number;
  duplicateWebhooks: number;
}

interface Authorization {
  readonly id: string;
  readonly status: 'authorized' | 'declined';
  /** What a capture would charge. */
  readonly due: Omit<GatewayCallback, 'chargeId'>;
  charge: GatewayCallback | undefined;
}

export function createTruth(
  context: PhaseContext<Settings>,
  isSick: (merchantId: string) => boolean,
): Truth {
  const { meter, elapsedMs, announce, violate } = context;
  const banks = context.random('banks');
  const byKey = new Map<string, Authorization>();
  const byId = new Map<string, Authorization>();
  const orders = new Map<string, { charges: number; chargedCents: number; told: boolean }>();
  const chargeByPayment = new Map<string, GatewayCallback>();
  const deliveries = new Map<string, number>();
  const totals: TruthTotals = {
    orders: 0,
    ordersPaid: 0,
    charges: 0,
    chargedCents: 0,
    doubleCharges: 0,
    doubleChargedCents: 0,
    limboCents: 0,
    webhooksDelivered: 0,
    duplicateWebhooks: 0,
  };

  function charged(charge: GatewayCallback): void {
    const order = orders.get(charge.orderId);
    if (order === undefined) throw new RangeError(`Nobody placed the order ${charge.orderId}.`);
    chargeByPayment.set(charge.paymentId, charge);
    order.charges += 1;
    totals.charges += 1;
    totals.chargedCents += charge.amountCents;
    if (order.charges === 1) {
      order.chargedCents = charge.amountCents;
      if (!order.told) totals.limboCents += charge.amountCents;
      return;
    }
    totals.doubleCharges += 1;
    totals.doubleChargedCents += charge.amountCents;
    meter.count('doubleCharges');
    const text = `order ${charge.orderId} is charged ${order.charges} times, $${(charge.amountCents / 100).toFixed(2)} each`;
    violate('no-double-charge', text);
    if (totals.doubleCharges === 1) {
      announce({
        name: 'double-charge',
        severity: 'critical',
        text: `first double charge: ${text}`,
      });
    }
  }

  return {
    totals,

    authorize({ idempotencyKey, orderId, paymentId, merchantId, amountCents }, declineShare) {
      const known = byKey.get(idempotencyKey);
      const authorization = known ?? {
        id: `auth-${byKey.size + 1}`,
        status: banks.chance(declineShare) ? ('declined' as const) : ('authorized' as const),
        due: { paymentId, orderId, merchantId, amountCents },
        charge: undefined,
      };
      if (known === undefined) {
        byKey.set(idempotencyKey, authorization);
        byId.set(authorization.id, authorization);
      }
      return authorization.status === 'declined'
        ? { status: 'declined' }
        : { status: 'authorized', authorizationId: authorization.id };
    },

    capture(authorizationId) {
      const authorization = byId.get(authorizationId);
      if (authorization === undefined) {
        throw new RangeError(`The gateway knows no authorization ${authorizationId}.`);
      }
      if (authorization.charge !== undefined) return { charge: authorization.charge, isNew: false };
      authorization.charge = { chargeId: `charge-${totals.charges + 1}`, ...authorization.due };
      charged(authorization.charge);
      return { charge: authorization.charge, isNew: true };
    },

    lookup(idempotencyKey) {
      const authorization = byKey.get(idempotencyKey);
      if (authorization === undefined) return { status: 'unknown' };
      const { id, status, charge } = authorization;
      if (status === 'declined') return { status: 'declined' };
      if (charge === undefined) return { status: 'authorized', authorizationId: id };
      return { status: 'captured', authorizationId: id, chargeId: charge.chargeId };
    },

    webhookDelivered({ paymentId, merchantId, capturedAtMs }) {
      const times = (deliveries.get(paymentId) ?? 0) + 1;
      deliveries.set(paymentId, times);
      if (times > 1) {
        totals.duplicateWebhooks += 1;
        return;
      }
      totals.webhooksDelivered += 1;
      meter.count('webhooksDelivered');
      meter.time(isSick(merchantId) ? 'sickWebhook' : 'healthyWebhook', elapsedMs() - capturedAtMs);
    },

    orderPlaced({ orderId }) {
      totals.orders += 1;
      orders.set(orderId, { charges: 0, chargedCents: 0, told: false });
    },

    customerTold(orderId, answer) {
      const order = orders.get(orderId);
      if (order === undefined || answer.status !== 'captured' || order.told) return;
      order.told = true;
      totals.ordersPaid += 1;
      totals.limboCents -= order.chargedCents;
    },

    undeliveredWebhooks: () =>
      [...chargeByPayment.values()].filter(({ paymentId }) => !deliveries.has(paymentId)),
  };
}
