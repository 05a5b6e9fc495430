import type { CreateSystem } from '../system.ts';
import { createFollowUps } from './hardened/effects.ts';
import { createPayments } from './hardened/payments.ts';
import { createWebhookDelivery } from './hardened/webhooks.ts';
import { createSideEffects } from './side-effects.ts';

/**
 * Week 5 and since. One charge for each idempotency key; a connection only for a statement; unknown
 * outcomes are asked about, not guessed; webhooks with a breaker, an order and a rate for each
 * merchant, a lane for VIPs, retries with jitter and dead letters that are replayed.
 */
export const createHardened: CreateSystem = (context, services) => {
  const effects = createSideEffects(context, services);
  const webhooks = createWebhookDelivery(context, services, effects);
  const followUps = createFollowUps(context, effects);
  const payments = createPayments(context, services, (payment) => {
    webhooks.send(payment);
    followUps.start(payment);
  });
  services.callbacks.onMessage((callback) => void payments.onGatewayCallback(callback));

  return {
    pay: (request) => payments.pay(request),
    backlog: () => webhooks.pending + followUps.waiting,
    deadLetters: webhooks.deadLetters,
    breakers: webhooks.breakers,
    async close() {
      await webhooks.close();
      await followUps.close();
    },
  };
};
