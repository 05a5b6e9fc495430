import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createCharging } from './early/charge.ts';
import { creditMerchants } from './early/credit-merchants.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * The prototype, before week 1. Flaw: the gateway is given a key of each attempt, not of the order:
 * whoever presses "pay" again pays again.
 */
const create: CreateSystem = (context) => {
  const charge = createCharging(context, (_request, paymentId) => paymentId);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  const { telemetry, outside } = context;

  return {
    pay: (request) =>
      withConnection(outside.connections, async () => {
        const result = await charge(request);
        if (result.kind === 'declined') return result.answer;
        const { payment } = result;
        const all = [
          effects.deliverWebhook(payment),
          effects.recordAudit(payment),
          effects.sendReceipt(payment),
        ];
        for (const { status, ...outcome } of await Promise.allSettled(all)) {
          if (status === 'rejected' && 'reason' in outcome) telemetry.failed(outcome.reason);
        }
        return { status: 'captured', paymentId: payment.paymentId };
      }),
    async close() {
      stopCrediting();
    },
  };
};

export const noKey: Implementation<Payments> = {
  name: 'no-key',
  week: 0,
  flaw: 'each attempt is a payment of its own to the gateway: whoever tries again pays again',
  breaks: [
    'no-double-charge',
    'books-agree',
    'charges-credited',
    'no-double-credit',
    'webhooks-accounted',
    'audit-complete',
    'risk-informed',
    'webhooks-arrive',
    'analytics-arrive',
    'authorisation-p99',
    'webhooks-in-order',
  ],
  create,
};
