import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createCharging } from './early/charge.ts';
import { creditMerchants } from './early/credit-merchants.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * Week 1. Flaw: everything that follows a payment is awaited inside the payment, one call after the
 * other, while it holds a database connection; the slowest merchant decides how long a payment takes.
 */
const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  const { telemetry, outside } = context;

  /** An effect that fails is logged, and the payment goes on: there is no time for more in week 1. */
  async function logged(effect: () => Promise<unknown>): Promise<void> {
    try {
      await effect();
    } catch (error) {
      telemetry.failed(error);
    }
  }

  return {
    pay: (request) =>
      withConnection(outside.connections, async () => {
        const result = await charge(request);
        if (result.kind === 'declined') return result.answer;
        const { payment } = result;
        await logged(() => effects.deliverWebhook(payment));
        await logged(() => effects.trackAnalytics(payment));
        await logged(() => effects.recordAudit(payment));
        await logged(() => effects.updateRisk(payment));
        await logged(() => effects.sendReceipt(payment));
        return { status: 'captured', paymentId: payment.paymentId };
      }),
    async close() {
      stopCrediting();
    },
  };
};

export const directCalls: Implementation<Payments> = {
  name: 'direct-calls',
  week: 1,
  flaw: 'everything that follows a payment is awaited inside it, on a database connection',
  breaks: [
    'true-answers',
    'no-money-in-limbo',
    'books-agree',
    'charges-credited',
    'no-double-credit',
    'webhooks-accounted',
    'true-webhooks',
    'audit-complete',
    'true-audit',
    'risk-informed',
    'receipts-in-the-end',
    'receipts-once',
    'paid-in-time',
    'webhooks-arrive',
    'authorisation-p99',
  ],
  create,
};
