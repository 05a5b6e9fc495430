import { noLimit } from '@firedrill/core/services';
import {
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  createTakeUp,
  type CreateSystem,
  createWebhookDelivery,
  type GatewayCallback,
} from '#payment-processing';

/**
 * Payments and webhooks hold. Merchants get their money by what the gateway reports: each of its
 * callbacks is a credit. It reports at least once, in no certain order.
 */
export const create: CreateSystem = (context) => {
  const { outside, telemetry } = context;
  const { callbacks, database } = outside;
  const books = createBooks(context);
  const done = createDoneList(context, books);
  const webhooks = createWebhookDelivery(context, books, done);
  const followUps = createFollowUps(context, done);
  const takeUp = createTakeUp(webhooks, followUps, done);
  const payments = createPayments(context, books, createCredit(context, books), (payment, open) => {
    for (const followUp of open) takeUp(payment, followUp, false);
  });

  async function onCallback(callback: GatewayCallback): Promise<void> {
    try {
      await database.creditMerchant(callback, { timeoutMs: noLimit('our own database') });
    } catch (error) {
      telemetry.failed(error);
    }
  }

  const stopListening = callbacks.onMessage((callback) => void onCallback(callback));

  return {
    pay: (request) => payments.pay(request),
    async close() {
      stopListening();
      await webhooks.close();
      await followUps.close(300_000);
      await done.flush();
    },
  };
};
