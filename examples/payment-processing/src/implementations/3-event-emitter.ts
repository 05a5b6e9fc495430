import { EventEmitter } from 'node:events';
import { withConnection } from '@firedrill/core/services';
import type { CapturedPayment, GatewayCallback } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createCharging } from './charge.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 3. Flaw: a listener that throws fails the payment that was already charged, errors go to a
 * callback that nobody reads, failed webhooks are repeated at once, and the listener that waits for
 * each payment's settlement is never removed.
 */
export const createEventEmitter: CreateSystem = (context, services) => {
  const { books, callbacks, pool } = services;
  const charge = createCharging(context, services);
  const effects = createSideEffects(context, services);
  const { meter } = context;
  const events = new EventEmitter<Record<string, [CapturedPayment]>>();
  const settlements = new EventEmitter<Record<string, [GatewayCallback]>>();
  events.setMaxListeners(0);
  settlements.setMaxListeners(0);

  const done = (error?: unknown): void => {
    if (error !== undefined) meter.count('effectErrors');
  };

  function deliver(payment: CapturedPayment, triesLeft: number): void {
    effects.deliverWebhook(payment).then(
      () => done(),
      (error: unknown) => {
        done(error);
        if (triesLeft > 0) deliver(payment, triesLeft - 1);
      },
    );
  }

  events.on('captured', (payment) => deliver(payment, 2));
  events.on('captured', (payment) => {
    effects.trackAnalytics(payment).then(() => done(), done);
  });
  events.on('captured', (payment) => {
    effects.recordAudit(payment).then(() => done(), done);
  });
  events.on('captured', (payment) => {
    effects.updateRisk(payment).then(() => done(), done);
  });
  events.on('captured', (payment) => {
    effects.notifyCustomer(payment).then(() => done(), done);
  });
  callbacks.onMessage((callback) => settlements.emit(callback.paymentId, callback));

  return {
    async pay(request) {
      const result = await withConnection(pool, () => charge(request));
      if (result.kind === 'declined') return result.answer;
      const { payment } = result;
      settlements.on(payment.paymentId, (callback) => books.credit(callback));
      events.emit('captured', payment);
      return { status: 'captured', paymentId: payment.paymentId };
    },
    leftBehind: () => settlements.eventNames().length,
    close: async () => {},
  };
};
