import { createHooks } from '@firedrill/core/hooks';
import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import type { CapturedPayment } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createCharging } from './early/charge.ts';
import { creditMerchants } from './early/credit-merchants.ts';
import { createSideEffects } from './early/side-effects.ts';

interface PaymentEvents {
  readonly 'payment.captured': CapturedPayment;
}

/** No handler may hold a worker for longer: twice the slowest service on an ordinary day. */
const handlerTimeoutMs = 10_000;

/**
 * Week 4. The payment is safe from everything that follows it. Flaw: one pool serves the sick and the
 * healthy, the vital and the optional alike; hanging merchants take its workers, and what finds the
 * queue full is refused and forgotten.
 */
const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  const { telemetry, settings, outside } = context;

  const hooks = createHooks<PaymentEvents>({
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

export const hooks: Implementation<Payments> = {
  name: 'hooks',
  week: 4,
  flaw: 'the payment is safe, but one pool serves sick and healthy alike, and drops what is too much',
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
    'webhooks-arrive',
    'receipts-in-the-end',
    'receipts-arrive',
    'healthy-merchants',
  ],
  create,
};
