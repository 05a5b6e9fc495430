import { withConnection } from '@firedrill/core/services';
import type { CapturedPayment } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createCharging } from './charge.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 2. Flaw: the calls are started and forgotten. Nothing bounds how many are under way, nobody
 * hears of one that fails, and each rejection would end the process.
 */
export const createFloatingPromises: CreateSystem = (context, services) => {
  const { books, callbacks, pool } = services;
  const charge = createCharging(context, services);
  const effects = createSideEffects(context, services);

  callbacks.onMessage((callback) => books.credit(callback));

  async function afterPayment(payment: CapturedPayment): Promise<void> {
    void effects.deliverWebhook(payment);
    void effects.trackAnalytics(payment);
    void effects.recordAudit(payment);
    void effects.updateRisk(payment);
    void effects.notifyCustomer(payment);
  }

  return {
    async pay(request) {
      const result = await withConnection(pool, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      void afterPayment(result.payment);
      return { status: 'captured', paymentId: result.payment.paymentId };
    },
    close: async () => {},
  };
};
