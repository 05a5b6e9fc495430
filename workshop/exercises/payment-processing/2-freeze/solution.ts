import { createHooks } from '@firedrill/core/hooks';
import { withConnection } from '@firedrill/core/resilience';
import {
  type CapturedPayment,
  createCharging,
  createSideEffects,
  type CreateSystem,
  creditMerchants,
  reports,
} from '#payment-processing';

/** No handler may hold a worker for longer: twice the slowest service on an ordinary day. */
const handlerTimeoutMs = 10_000;

/**
 * A bulkhead: the payment hands over what follows it and answers. The connection is held for the
 * charge alone; what follows has workers and a queue of its own, and both have a bound.
 */
export const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  const { telemetry, settings, outside } = context;

  const hooks = createHooks<{ readonly 'payment.captured': CapturedPayment }>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => telemetry.failed(error),
  });
  const { registry } = hooks;
  registry.hook('payment.captured', (payment) => effects.deliverWebhook(payment));
  registry.hook('payment.captured', (payment) => effects.trackAnalytics(payment));
  registry.hook('payment.captured', (payment) => effects.recordAudit(payment));
  registry.hook('payment.captured', (payment) => effects.updateRisk(payment));
  registry.hook('payment.captured', (payment) => effects.sendReceipt(payment));
  telemetry.gauge(reports.backlog, () => hooks.counters().waiting);

  return {
    async pay(request) {
      const result = await withConnection(outside.connections, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      const { admitted } = hooks.emit('payment.captured', result.payment);
      if (!admitted) telemetry.count(reports.refusedEvents);
      return { status: 'captured', paymentId: result.payment.paymentId };
    },
    async close() {
      stopCrediting();
      await hooks.drain();
    },
  };
};
