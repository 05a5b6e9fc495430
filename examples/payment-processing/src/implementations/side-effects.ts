import { type CapturedPayment, receiptFor, webhookFor } from '../domain.ts';
import type { Context } from '../system.ts';
import type { Services } from '../services.ts';

/** What follows a captured payment: one call each, to a service that has nothing to do with the card. */
export interface SideEffects {
  deliverWebhook(payment: CapturedPayment, signal?: AbortSignal): Promise<unknown>;
  trackAnalytics(payment: CapturedPayment, signal?: AbortSignal): Promise<unknown>;
  recordAudit(payment: CapturedPayment, signal?: AbortSignal): Promise<unknown>;
  updateRisk(payment: CapturedPayment, signal?: AbortSignal): Promise<unknown>;
  /** Throws, before anything is sent, for a guest: see `receiptFor`. */
  notifyCustomer(payment: CapturedPayment, signal?: AbortSignal): Promise<unknown>;
}

export function createSideEffects({ settings }: Context, services: Services): SideEffects {
  const { webhooks, analytics, audit, risk, notifications } = services;
  const { webhookTimeoutMs } = settings;
  return {
    deliverWebhook: (payment, signal) =>
      webhooks.deliver(webhookFor(payment), {
        key: payment.request.merchantId,
        timeoutMs: webhookTimeoutMs,
        ...(signal && { signal }),
      }),
    trackAnalytics: ({ paymentId }, signal) =>
      analytics.send({ paymentId, text: 'payment captured' }, signal && { signal }),
    recordAudit: ({ paymentId, request }, signal) =>
      audit.send({ paymentId, text: `charged ${request.orderId}` }, signal && { signal }),
    updateRisk: ({ paymentId, fraudScore }, signal) =>
      risk.send({ paymentId, text: `score ${fraudScore.toFixed(3)}` }, signal && { signal }),
    notifyCustomer(payment, signal) {
      const { to, text } = receiptFor(payment);
      const message = { paymentId: payment.paymentId, text: `${to}: ${text}` };
      return notifications.send(message, signal && { signal });
    },
  };
}
