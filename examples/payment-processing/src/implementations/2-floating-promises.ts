import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import type { CapturedPayment } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createCharging } from './early/charge.ts';
import { creditMerchants } from './early/credit-merchants.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * Week 2. Flaw: the calls are started and forgotten. Nothing bounds how many are under way, nobody
 * hears of one that fails, and each rejection would end the process.
 */
const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);

  function afterPayment(payment: CapturedPayment): void {
    void effects.deliverWebhook(payment);
    void effects.trackAnalytics(payment);
    void effects.recordAudit(payment);
    void effects.updateRisk(payment);
    void effects.sendReceipt(payment);
  }

  return {
    async pay(request) {
      const result = await withConnection(context.outside.connections, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      afterPayment(result.payment);
      return { status: 'captured', paymentId: result.payment.paymentId };
    },
    async close() {
      stopCrediting();
    },
  };
};

export const floatingPromises: Implementation<Payments> = {
  name: 'floating-promises',
  week: 2,
  flaw: 'calls are started and forgotten: unbounded, unheard, and each rejection ends the process',
  breaks: [
    'true-answers',
    'books-agree',
    'charges-credited',
    'no-double-credit',
    'webhooks-accounted',
    'true-webhooks',
    'audit-complete',
    'true-audit',
    'risk-informed',
    'no-unhandled-rejection',
    'webhooks-arrive',
    'webhooks-in-order',
  ],
  create,
};
