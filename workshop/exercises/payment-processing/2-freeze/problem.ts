import { withConnection } from '@firedrill/core/resilience';
import {
  createCharging,
  createSideEffects,
  type CreateSystem,
  creditMerchants,
} from '#payment-processing';

/**
 * Week 1: everything that follows a payment is awaited inside it, one call after the other, on a
 * database connection. When merchants hang, who else stands still?
 */
export const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  const { telemetry, outside } = context;

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
