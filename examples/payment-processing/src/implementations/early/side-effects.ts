import { noLimit, type NoLimit } from '@firedrill/core/services';
import { type CapturedPayment, receiptFor, webhookFor } from '../../domain.ts';
import type { Context } from '../../system.ts';

/** What follows a captured payment: one call each, to a service that has nothing to do with the card. */
export interface SideEffects {
  deliverWebhook(payment: CapturedPayment): Promise<unknown>;
  trackAnalytics(payment: CapturedPayment): Promise<unknown>;
  recordAudit(payment: CapturedPayment): Promise<unknown>;
  updateRisk(payment: CapturedPayment): Promise<unknown>;
  sendReceipt(payment: CapturedPayment): Promise<unknown>;
}

const unlimited: { readonly timeoutMs: NoLimit } = {
  timeoutMs: noLimit('a side call had never been slow'),
};

export function createSideEffects({ settings, outside }: Context): SideEffects {
  const { webhooks, analytics, audit, risk, notifications } = outside;
  const { webhookTimeoutMs } = settings;
  return {
    deliverWebhook: (payment) =>
      webhooks.deliver(webhookFor(payment), {
        key: payment.request.merchantId,
        timeoutMs: webhookTimeoutMs,
      }),
    trackAnalytics: ({ paymentId }) =>
      analytics.send({ paymentId, text: 'payment captured' }, unlimited),
    recordAudit: ({ paymentId, request }) =>
      audit.send({ paymentId, text: `charged ${request.orderId}` }, unlimited),
    updateRisk: ({ paymentId, fraudScore = 0 }) =>
      risk.send({ paymentId, text: `score ${fraudScore.toFixed(3)}` }, unlimited),
    sendReceipt: (payment) => notifications.send(receiptFor(payment), unlimited),
  };
}
