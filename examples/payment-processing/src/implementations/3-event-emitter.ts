import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import { noLimit } from '@firedrill/core/services';
import type { CapturedPayment } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createCharging } from './early/charge.ts';
import { createSideEffects } from './early/side-effects.ts';

/**
 * Week 3. Flaw: errors go to a callback that nobody reads, failed webhooks are repeated at once, and
 * each payment waits for its settlement with a listener of its own, which is never removed: every
 * callback runs through all of them.
 */
const create: CreateSystem = (context) => {
  const charge = createCharging(context);
  const effects = createSideEffects(context);
  const { telemetry, outside } = context;
  const { callbacks, connections, database } = outside;
  const events = new EventTarget();

  function onCaptured(listener: (payment: CapturedPayment) => Promise<unknown>): void {
    events.addEventListener('captured', (event) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only event there is
      listener((event as CustomEvent<CapturedPayment>).detail).then(
        () => undefined,
        (error: unknown) => telemetry.failed(error),
      );
    });
  }

  async function deliver(payment: CapturedPayment, triesLeft: number): Promise<void> {
    try {
      await effects.deliverWebhook(payment);
    } catch (error) {
      if (triesLeft === 0) throw error;
      await deliver(payment, triesLeft - 1);
    }
  }

  onCaptured((payment) => deliver(payment, 2));
  onCaptured((payment) => effects.trackAnalytics(payment));
  onCaptured((payment) => effects.recordAudit(payment));
  onCaptured((payment) => effects.updateRisk(payment));
  onCaptured((payment) => effects.sendReceipt(payment));

  function settleWhenTold({ paymentId }: CapturedPayment): void {
    callbacks.onMessage((callback) => {
      if (callback.paymentId !== paymentId) return;
      database
        .creditMerchant(callback, { timeoutMs: noLimit('our own database') })
        .catch((error: unknown) => telemetry.failed(error));
    });
  }

  return {
    async pay(request) {
      const result = await withConnection(connections, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      const { payment } = result;
      settleWhenTold(payment);
      events.dispatchEvent(new CustomEvent('captured', { detail: payment }));
      return { status: 'captured', paymentId: payment.paymentId };
    },
    close: async () => {},
  };
};

export const eventEmitter: Implementation<Payments> = {
  name: 'event-emitter',
  week: 3,
  flaw: 'errors go where nobody looks, failed webhooks are repeated at once, listeners leak',
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
    'nothing-left-behind',
    'webhooks-arrive',
    'webhooks-in-order',
    'webhooks-tried',
  ],
  create,
};
