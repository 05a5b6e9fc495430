import { createHooks } from '@firedrill/core/hooks';
import { withConnection } from '@firedrill/core/services';
import type { CapturedPayment } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createCharging } from './charge.ts';
import { createSideEffects } from './side-effects.ts';

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
export const createHooksOnly: CreateSystem = (context, services) => {
  const { books, callbacks, pool } = services;
  const charge = createCharging(context, services);
  const effects = createSideEffects(context, services);
  const { meter, settings } = context;

  const hooks = createHooks<PaymentEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: () => meter.count('effectErrors'),
  });
  const { registry } = hooks;
  registry.hook('payment.captured', (payment) => effects.deliverWebhook(payment));
  registry.hook('payment.captured', (payment) => effects.trackAnalytics(payment));
  registry.hook('payment.captured', (payment) => effects.recordAudit(payment));
  registry.hook('payment.captured', (payment) => effects.updateRisk(payment));
  registry.hook('payment.captured', (payment) => effects.notifyCustomer(payment));
  callbacks.onMessage((callback) => books.credit(callback));

  return {
    async pay(request) {
      const result = await withConnection(pool, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      const { admitted } = hooks.emit('payment.captured', result.payment);
      if (!admitted) meter.count('refusedEvents');
      return { status: 'captured', paymentId: result.payment.paymentId };
    },
    backlog: () => hooks.counters().waiting,
    close: async () => {
      await hooks.drain();
    },
  };
};
