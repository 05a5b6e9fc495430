import { withConnection } from '@firedrill/core/services';
import type { CreateSystem } from '../system.ts';
import { createCharging } from './charge.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 1. Flaw: everything that follows a payment is awaited inside the payment, one call after the
 * other, while it holds a database connection; the slowest merchant decides how long a payment takes.
 */
export const createDirectCalls: CreateSystem = (context, services) => {
  const { books, callbacks, pool } = services;
  const charge = createCharging(context, services);
  const effects = createSideEffects(context, services);
  const { meter } = context;

  callbacks.onMessage((callback) => books.credit(callback));

  /** An effect that fails is logged, and the payment goes on: there is no time for more in week 1. */
  async function logged(effect: () => Promise<unknown>): Promise<void> {
    try {
      await effect();
    } catch {
      meter.count('effectErrors');
    }
  }

  return {
    pay: (request) =>
      withConnection(pool, async () => {
        const result = await charge(request);
        if (result.kind === 'declined') return result.answer;
        const { payment } = result;
        await logged(() => effects.deliverWebhook(payment));
        await logged(() => effects.trackAnalytics(payment));
        await logged(() => effects.recordAudit(payment));
        await logged(() => effects.updateRisk(payment));
        await logged(async () => effects.notifyCustomer(payment));
        return { status: 'captured', paymentId: payment.paymentId };
      }),
    close: async () => {},
  };
};
