import { createHooks } from '@firedrill/core/hooks';
import { withTimeout } from '@firedrill/core/services';
import {
  type Books,
  type CapturedPayment,
  type Context,
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  type CreateSystem,
  type DoneList,
  reports,
  webhookFor,
} from '#payment-processing';

/** One pool for all merchants; it had always been enough. */
const workers = 8;
const queueSize = 64;

/**
 * Week 4: the payment is safe, and written down with what has to follow it. One pool serves the
 * merchants that are well and those that hang; what fails, or finds the queue full, is forgotten.
 */
function createDelivery({ outside, settings, telemetry }: Context, _books: Books, done: DoneList) {
  const webhooks = withTimeout(outside.webhooks, settings.webhookTimeoutMs);
  const hooks = createHooks<{ readonly 'webhook.due': CapturedPayment }>({
    workers,
    queueSize,
    onError: (error) => telemetry.failed(error),
  });
  telemetry.gauge(reports.backlog, () => hooks.counters().waiting);
  hooks.registry.hook('webhook.due', async (payment) => {
    await webhooks.deliver(webhookFor(payment), { key: payment.request.merchantId });
    done.add(payment.paymentId, 'webhook');
  });

  return {
    take(payment: CapturedPayment): void {
      const { admitted } = hooks.emit('webhook.due', payment);
      if (!admitted) telemetry.count(reports.refusedEvents);
    },
    close: () => hooks.drain(),
  };
}

export const create: CreateSystem = (context) => {
  const { outside } = context;
  const books = createBooks(context);
  const done = createDoneList(context, books);
  const followUps = createFollowUps(context, done);
  const webhooks = createDelivery(context, books, done);
  const taken = new Set<string>();
  const payments = createPayments(context, books, createCredit(context, books), (payment, open) => {
    if (taken.has(payment.paymentId)) return;
    taken.add(payment.paymentId);
    for (const followUp of open) {
      if (followUp === 'webhook') webhooks.take(payment);
      else followUps.take(payment, followUp);
    }
  });
  const stopListening = outside.callbacks.onMessage(
    (callback) => void payments.onGatewayCallback(callback),
  );

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
